"""The finished site: served and reloaded as its sources change, or printed as one PDF."""
