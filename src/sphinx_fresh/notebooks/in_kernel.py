"""What the extension does in every Python kernel before the first cell of a page.

It imports no library that a page might not need: IPython finds types by name.
"""

from __future__ import annotations

from IPython.core.getipython import get_ipython


def prepare() -> None:
    """Have the kernel show pictures in a form that a page can hold."""
    shell = get_ipython()
    if shell is None:
        return
    shell.config.InlineBackend.figure_formats = {"svg"}
