-- What was approved for a push each time it was planned: the edits, and the last number of an operation used before.

CREATE TABLE approvals (push_id INTEGER NOT NULL, behind INTEGER NOT NULL, edits INTEGER[] NOT NULL, approved_at TIMESTAMP NOT NULL);
