"""One DuckDB file, one writer: catalog, edits, journal, quota, vectors, derived results, feedback."""
