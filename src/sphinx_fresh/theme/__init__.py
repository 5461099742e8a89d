"""Patches of the theme's pages: lighter, stricter, easier to read aloud; each can be switched off."""
