"""Code of the chapter on the multiverse."""
