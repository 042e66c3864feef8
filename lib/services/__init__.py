"""What a user can do, one module a noun; `workspace` opens, wires and closes."""
