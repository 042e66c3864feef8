-- What a push that stands still, its undo and its doubts need to be remembered by.

ALTER TABLE pushes ADD COLUMN reason VARCHAR DEFAULT '';           -- why it stands still: quota, cancelled, network, ...
ALTER TABLE held_back ADD COLUMN missing VARCHAR[] DEFAULT [];     -- videos that base holds there and YouTube did not list
CREATE TABLE undos (edit_id INTEGER PRIMARY KEY, push_id INTEGER NOT NULL);   -- edits laid to take a push back
CREATE TABLE kept_items (item_id VARCHAR PRIMARY KEY);             -- possible leftovers of ours that the user wants to keep

INSERT INTO undos
    SELECT unnest(from_json(value, '["INTEGER"]')), CAST(replace(key, 'undo of ', '') AS INTEGER) FROM meta WHERE key LIKE 'undo of %';
DELETE FROM meta WHERE key LIKE 'undo of %';
