"""An enhancement added as data, and taken out again."""
