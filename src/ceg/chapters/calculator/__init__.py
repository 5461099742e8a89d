"""Code of the chapter Your own numbers."""
