"""Code of the chapter How sure."""
