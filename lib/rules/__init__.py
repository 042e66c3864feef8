"""The user's rules, and rules mined from what holds already."""
