"""Code that one chapter alone uses, in folders that mirror ``book/``."""
