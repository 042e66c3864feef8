"""Texts and arrays in, arrays out: text, embedding, projection, topics, naming, classifier, search, duplicates, merges."""
