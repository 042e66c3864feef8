"""Pull and push: the two flows that touch the world."""
