"""The fixture book with more pages, each of which reads in a way of its own."""

from __future__ import annotations

from pathlib import Path

from site_helpers import Book

HEAD = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n{more}---\n\n# {title}\n\nA word.\n"
CELL = "\n```{{code-cell}}\n{code}\n```\n"


def page(title: str, code: str, more: str = "") -> str:
    """A page with one cell; ``more`` goes into its head."""
    return HEAD.format(title=title, more=more) + CELL.format(code=code)


CODE = {
    "table": 'import pandas as pd\n\npd.read_csv("../data/rows.csv").y.sum()',
    "sought": "from pathlib import Path\n\nnote = Path('../notes/more.txt')\n"
    "note.read_text() if note.exists() else 'no note'",
    "listed": "from pathlib import Path\n\nsorted(p.name for p in Path('../lists').glob('*.csv'))",
    "variable": "import os\nimport shutil\n\nfrom toybook.said import said\n\n"
    "shutil.get_terminal_size()  # Python itself asks for COLUMNS\n"
    "os.environ.get('TOY_PAGE', 'unset'), said()",
    "cached": "from toybook.total import total\n\ntotal()",
    "imported": "from toybook.constant import CONSTANT\n\nCONSTANT",
    "highest": "from toybook.highest import highest\n\nhighest()",
    "printed": "from toybook.printed import printed\n\nprinted()",
    "writes": "from pathlib import Path\n\n"
    "made = Path('../made.txt')\nmade.write_text('made')\nmade.read_text()",
    "settings": "open('../data/choices.csv').read()",
}
"""Page -> its code. ``settings`` has settings of its own for myst-nb."""

MODULES = {
    "said": "import os\n\n\ndef said():\n    return os.environ.get('TOY_MODULE', 'unset')\n",
    "total": "from pathlib import Path\n\nfrom sphinx_fresh import reads\n\n"
    "PATH = Path(__file__).parents[1] / 'total' / 'numbers.txt'\n\n\n"
    "@reads.cached\ndef total():\n    return sum(map(int, PATH.read_text().split()))\n",
    "constant": "from pathlib import Path\n\n"
    "CONSTANT = (Path(__file__).parents[1] / 'total' / 'constant.txt').read_text()\n",
    "highest": "import csv\nfrom pathlib import Path\n\nfrom sphinx_fresh import reads\n\n"
    "NAME = 'highest animal'\nPATH = Path(__file__).parents[1] / 'data' / 'rows.csv'\n\n\n"
    "def highest():\n    with reads.reading(NAME) as named, PATH.open() as file:\n"
    "        found = max(csv.DictReader(file), key=lambda row: float(row['y']))['name']\n"
    "        named.digest = reads.digest(found)\n    return found\n",
    "printed": "import subprocess\nfrom pathlib import Path\n\nfrom sphinx_fresh import reads\n\n"
    "NAME = 'printed numbers'\nPATH = Path(__file__).parents[1] / 'total' / 'numbers.txt'\n\n\n"
    "def printed():\n    with reads.reading(NAME, reads.digest(PATH.read_bytes())):\n"
    "        return subprocess.run(['cat', PATH], capture_output=True, text=True).stdout\n",
    "known": "from sphinx_fresh import reads\n\nfrom . import highest, printed, rows\n\n\n"
    "def digest(name):\n    if name == highest.NAME:\n        return reads.digest(highest.highest())\n"
    "    if name == printed.NAME:\n        return reads.digest(printed.PATH.read_bytes())\n"
    "    return rows.digest(name)\n",
}
"""More modules of ``toybook``."""

FILES = {
    **{f"{f}/read-{f}.md": page(f, "open('own.txt').read()") for f in ("here", "there")},
    **{f"{folder}/own.txt": f"is {folder}" for folder in ("here", "there")},
    "total/numbers.txt": "1 2\n",
    "total/constant.txt": "7",
    "lists/one.csv": "",
    **{f"toybook/{name}.py": text for name, text in MODULES.items()},
    **{
        f"book/{name}.md": page(name, code, "mystnb:\n  merge_streams: true\n" if name == "settings" else "")
        for name, code in CODE.items()
    },
}
PAGES = {
    "here/read-here",
    "there/read-there",
    *(f"book/{name}" for name in (*CODE, "index", "charts", "tables")),
}


class ReadingBook(Book):
    """A copy of it that can be edited and built."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        for path, text in FILES.items():
            self.write(path, text)
        self.edit("_config.yml", "toybook.rows:digest", "toybook.known:digest")
        self.edit("_config.yml", "stderr_output: warn", "stderr_output: warn\n  timeout: 300")
        self.edit("_config.yml", '["toybook.rows:read"]', '["toybook.rows:read", "toybook.total:total"]')
        added = PAGES - {"book/index", "book/charts", "book/tables"}
        toc = "".join(f"\n  - file: {name}" for name in sorted(added))
        self.edit("_toc.yml", "\n  - file: book/tables", f"\n  - file: book/tables{toc}")

    def write(self, path: str, text: str | None) -> None:
        """Put a text into a file of the book; None: the file is gone."""
        file = self.folder / path
        file.parent.mkdir(exist_ok=True)
        if text is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(text, encoding="utf-8")
