"""How good filing, topics, search and asking are, measured on real libraries. `python -m tests.quality` prints the table."""
