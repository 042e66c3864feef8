-- What an act of the user changed of earlier edits (it replaced or starred them), as they were before, so that it can be taken back.

CREATE TABLE amended (batch INTEGER NOT NULL, edit_id INTEGER NOT NULL, starred BOOLEAN NOT NULL);
