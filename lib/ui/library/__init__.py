"""Parts of the library page."""
