"""Charts drawn in a process of their own: the library holds up every thread of the one that calls it.

Run as a script: ``python drawing.py``. A request is a line of JSON with the name of one of the library's
functions and its argument; the answer is a line with ``made``, or with ``error``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

FONTS = Path(__file__).with_name("fonts")
"""Of the machine's fonts no chart needs any: other ones would give it other widths."""


class Draughtsman:
    """The process of one build, started when first asked; ended by ``close`` or with the build."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def svg(self, spec: dict) -> str:
        """A Vega-Lite chart drawn. Raises ValueError if it cannot be."""
        return self._ask("vegalite_to_svg", spec)

    def bundle(self, snippet: str) -> str:
        """The library for browsers, with a script of its own at the end."""
        return self._ask("javascript_bundle", snippet)

    def _ask(self, function: str, argument: object) -> str:
        with self._lock:
            if self._process is None:
                # -P: the modules beside it have names of their own
                command = [sys.executable, "-P", __file__]
                self._process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
                )
            asked, answered = _pipes(self._process)
            asked.write(json.dumps([function, argument]) + "\n")
            asked.flush()
            line = answered.readline()
        if not line:
            raise RuntimeError(f"the process that draws charts ended with code {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["made"]

    def close(self) -> None:
        """End it."""
        with self._lock:
            if self._process is not None:
                asked, answered = _pipes(self._process)
                asked.close()
                self._process.wait()
                answered.close()
                self._process = None


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    """What it reads and what it writes."""
    assert process.stdin is not None and process.stdout is not None  # it was started so
    return process.stdin, process.stdout


def main() -> None:
    """Answer requests until there are no more."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    for line in sys.stdin:
        function, argument = json.loads(line)
        try:
            answer = {"made": getattr(vl_convert, function)(argument)}
        except ValueError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
