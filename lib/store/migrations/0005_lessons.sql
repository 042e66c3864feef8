-- What corrections teach, and how it is told.

-- What the model had said of the video when the user decided ('' for nothing), so that agreement can be counted.
ALTER TABLE decisions ADD COLUMN suggested VARCHAR DEFAULT '';

-- Doubtful suggestions of one question are asked about together.
ALTER TABLE suggestions ADD COLUMN question INTEGER DEFAULT 0;

-- Each time the model learned: how many decisions were new to it, how many suggestions that changed, and of the last decisions
-- about which it had said something, how often it had said the same.
CREATE TABLE lessons (
    learned_at TIMESTAMP NOT NULL, decisions INTEGER NOT NULL, changed INTEGER NOT NULL, agreed INTEGER NOT NULL, asked INTEGER NOT NULL
);
-- What the last of them changed; '' for no suggestion.
CREATE TABLE lesson_changes (
    video_id VARCHAR NOT NULL, was VARCHAR NOT NULL, becomes VARCHAR NOT NULL, was_sure BOOLEAN NOT NULL, is_sure BOOLEAN NOT NULL
);
