"""What Python objects hand over to a page: figures, tables, sections, folds, text with links."""
