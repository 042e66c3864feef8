-- What a push that stands still, its undo and its doubts need to be remembered by.

ALTER TABLE pushes ADD COLUMN reason VARCHAR DEFAULT '';           -- why it stands still: quota, cancelled, network, ...
ALTER TABLE held_back ADD COLUMN missing VARCHAR[] DEFAULT [];     -- videos that base holds there and YouTube did not list

-- Without UNIQUE on result_id, which made each insert a millisecond slower: a push looks through what it claimed itself.
CREATE TABLE anew (
    push_id INTEGER NOT NULL, op_id INTEGER NOT NULL, kind VARCHAR NOT NULL, state VARCHAR NOT NULL, playlist_id VARCHAR NOT NULL,
    video_id VARCHAR, item_id VARCHAR, after_item VARCHAR, title VARCHAR, needs INTEGER, starred BOOLEAN NOT NULL, units INTEGER NOT NULL,
    before VARCHAR NOT NULL, fence VARCHAR[] NOT NULL, attempts INTEGER NOT NULL, sent_at TIMESTAMP, done_at TIMESTAMP, result_id VARCHAR,
    error VARCHAR NOT NULL, PRIMARY KEY (push_id, op_id)
);
INSERT INTO anew SELECT * FROM operations;
DROP TABLE operations;
ALTER TABLE anew RENAME TO operations;

-- What was approved for a push each time it was planned: the edits, and the last number of an operation used before.
CREATE TABLE approvals (push_id INTEGER NOT NULL, behind INTEGER NOT NULL, edits INTEGER[] NOT NULL, approved_at TIMESTAMP NOT NULL);
-- The attempts of which nobody knows what became: no clear answer, and not found where it was looked for.
CREATE TABLE unclear (push_id INTEGER NOT NULL, op_id INTEGER NOT NULL);
-- Possible leftovers of ours that the user wants to keep.
CREATE TABLE kept_items (item_id VARCHAR PRIMARY KEY);
-- What an act of the user changed of earlier edits (it replaced or starred them), as they were before, so that it can be taken back.
CREATE TABLE amended (batch INTEGER NOT NULL, edit_id INTEGER NOT NULL, starred BOOLEAN NOT NULL);
-- The edits laid to take a push back; until now a fact of meta.
CREATE TABLE undos (edit_id INTEGER PRIMARY KEY, push_id INTEGER NOT NULL);
INSERT INTO undos
    SELECT unnest(from_json(value, '["INTEGER"]')), CAST(replace(key, 'undo of ', '') AS INTEGER) FROM meta WHERE key LIKE 'undo of %';
DELETE FROM meta WHERE key LIKE 'undo of %';
