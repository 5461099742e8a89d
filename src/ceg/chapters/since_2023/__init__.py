"""Code of the chapter Since 2023."""
