"""A folder changed in one step: whoever looks, whenever the machine stops, sees all of the change or none of it."""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ceg.evidence.problems import InputError, Problem

EXCHANGE = {
    "linux": ("renameat2", lambda a, b: (-100, a, -100, b, 2)),
    "darwin": ("renamex_np", lambda a, b: (a, b, 2)),
}
"""The system's call that exchanges two paths, and its arguments; -100: paths from the working directory."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder against other changes of this kind. Raises InputError if one is under way.

    The lock goes with the process, however it ends; what a process that was stopped left beside the folder is cleared away.
    """
    import fcntl

    held = os.open(folder.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fix = "wait until it has ended, and call it again"
            raise InputError(
                [Problem(folder.name, "another ceg add or remove at work", "one at a time", fix)]
            ) from None
        settle(folder)
        yield
    finally:
        os.close(held)


def settle(folder: Path) -> None:
    """Undo what an interrupted change left: put the folder back if it is away, and drop the half-made copy."""
    new, old = _beside(folder)
    if old.is_dir() and not folder.exists():
        os.rename(old, folder)
    for left in (new, old):
        if left.is_dir():
            shutil.rmtree(left)


def replace(folder: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Write the files of ``after`` into the folder, all or none; call it while ``alone``.

    The changed copy is made beside the folder and exchanged with it by one system call; where a system has none, by two
    renames between which ``settle`` finds the way back. Raises InputError if a file is not as ``before`` any more.
    """
    new, old = _beside(folder)
    try:
        shutil.copytree(folder, new)
        changed = [name for name, content in before.items() if (new / name).read_bytes() != content]
        for name, content in after.items():
            with (new / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:  # no room, no right to write: nothing has changed yet
        shutil.rmtree(new, ignore_errors=True)
        fix = "make room, or change the rights of the folder that holds it"
        raise InputError(
            [Problem(str(folder), error.strerror or str(error), "a folder to write beside", fix)]
        ) from None
    if changed:
        shutil.rmtree(new)
        fix = "call it again"
        raise InputError(
            [Problem(f"{folder.name}/{n}", "a change made meanwhile", "the file as read", fix) for n in changed]
        )
    if not _exchange(new, folder):
        os.rename(folder, old)
        os.rename(new, folder)
    for left in (new, old):
        if left.is_dir():
            shutil.rmtree(left)


def _beside(folder: Path) -> tuple[Path, Path]:
    return folder.with_name(f".{folder.name}-new"), folder.with_name(f".{folder.name}-old")


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two paths in one step; False where the system or the file system cannot. Raises OSError on other failures."""
    name, arguments = EXCHANGE.get(sys.platform, ("", None))
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return False
    if call(*arguments(os.fsencode(a), os.fsencode(b))) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(b))
