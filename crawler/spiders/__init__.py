"""One file a platform: where to ask, and how to read one posting."""
