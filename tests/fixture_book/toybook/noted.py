"""Rows of a file, of which a page depends on those that it takes."""

from sphinx_fresh import reads


class Noted(dict):
    """Values by name; each that is taken is noted, and what was read for all of them behind it."""

    def __init__(self, kind: str, kept: reads.Kept):
        super().__init__(kept.value)
        self.kind, self.behind = kind, kept.reads

    def __getitem__(self, name: str):
        value = super().__getitem__(name)
        reads.note(f"{self.kind} {name}", reads.digest(value), self.behind)
        return value
