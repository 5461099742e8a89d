"""Code of the chapters on the book itself."""
