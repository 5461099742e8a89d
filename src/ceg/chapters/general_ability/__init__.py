"""Code of the chapter General ability."""
