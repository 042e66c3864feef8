-- Rules beside the model: what the user lets the program file without asking the model.

CREATE SEQUENCE rule_ids;
CREATE TABLE rules (
    rule_id INTEGER NOT NULL, rank INTEGER NOT NULL, playlist_id VARCHAR NOT NULL, title VARCHAR NOT NULL, enabled BOOLEAN NOT NULL,
    by_itself BOOLEAN NOT NULL, made_at TIMESTAMP NOT NULL, made_by VARCHAR NOT NULL, channel VARCHAR NOT NULL, words VARCHAR[] NOT NULL,
    all_words BOOLEAN NOT NULL, shortest INTEGER, longest INTEGER, days INTEGER, published_before DATE, inbox VARCHAR
);
-- Which rule has laid an edit.
CREATE TABLE ruled (edit_id INTEGER NOT NULL, rule_id INTEGER NOT NULL);
-- Rules that were proposed and are not wanted.
CREATE TABLE declined_rules (channel VARCHAR NOT NULL, playlist_id VARCHAR NOT NULL);
