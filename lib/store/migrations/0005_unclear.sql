-- The attempts of which nobody knows what became: no clear answer, and not found where it was looked for.

CREATE TABLE unclear (push_id INTEGER NOT NULL, op_id INTEGER NOT NULL);
