"""Names in tables, found by the site's own search."""
