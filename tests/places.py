"""Where the repository's files are, for tests in any folder."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
DATA = ROOT / "data"


def pages() -> list[str]:
    """The pages in the order of ``_toc.yml``, as ``book/index``."""
    named = re.findall(r"(?:root|file|glob): (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found = [sorted(ROOT.glob(f"{name}.md")) if "*" in name else [ROOT / f"{name}.md"] for name in named]
    return [path.relative_to(ROOT).with_suffix("").as_posix() for paths in found for path in paths]
