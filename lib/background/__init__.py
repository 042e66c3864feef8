"""Jobs, the worker process that computes, and what happens by itself."""
