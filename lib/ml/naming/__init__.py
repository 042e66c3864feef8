"""Names of topics: c-TF-IDF, phrases, synonyms."""
