"""Search by meaning and by word: query, BM25, ranking."""
