"""A YouTube on loopback and the sample library behind it."""
