"""Parts of the sync page."""
