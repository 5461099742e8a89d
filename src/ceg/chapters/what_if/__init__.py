"""Code of the chapter What if."""
