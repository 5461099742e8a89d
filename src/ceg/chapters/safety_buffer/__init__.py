"""Code of the chapter How large a safety buffer."""
