"""Work cut into chunks, for processes or a cluster; an interrupted run is taken up where it stopped.

A chunk's result is text that depends on the chunk alone, so it is the same wherever, and in whatever order,
it is worked out.
"""

import concurrent.futures
import contextlib
import hashlib
import os
import signal
import tempfile
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

from ceg.evidence.problems import InputError, Problem

Results = Generator[tuple[str, str], None, None]
"""Chunks with their results, as they get done."""


def run(
    work: Callable[[str], str],
    chunks: Sequence[str],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """The result of every chunk, in their order.

    - work: chunk -> result; importable by name, as other processes call it
    - workers: processes on this machine
    - scheduler: the address of a running dask.distributed scheduler to use instead
    - folder: where each result is kept as soon as it is there; kept results are not worked out again, so a
      chunk must name everything that its result depends on
    - progress: called with the number of chunks done and that of all

    Raises InputError where the scheduler, or the folder, cannot be used.
    """
    found = {c: kept for c in chunks if folder and (kept := _kept(folder, c)) is not None}
    todo = [c for c in dict.fromkeys(chunks) if c not in found]
    if progress:
        progress(len(found), len(chunks))
    with contextlib.closing(
        _on_cluster(work, todo, scheduler) if scheduler else _here(work, todo, workers)
    ) as results:
        for chunk, result in results:
            if folder:
                _keep(folder, chunk, result)
            found[chunk] = result
            if progress:
                progress(len(found), len(chunks))
    return [found[c] for c in chunks]


def _here(work: Callable[[str], str], chunks: Sequence[str], workers: int) -> Results:
    if workers <= 1 or len(chunks) <= 1:
        for chunk in chunks:
            yield chunk, work(chunk)
        return
    ignore = (signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle
    with concurrent.futures.ProcessPoolExecutor(
        min(workers, len(chunks)), None, signal.signal, ignore
    ) as pool:
        waiting = {pool.submit(work, chunk): chunk for chunk in chunks}
        try:
            for done in concurrent.futures.as_completed(waiting):
                yield waiting[done], done.result()
        finally:  # on an interrupt, what has not begun is not begun
            for future in waiting:
                future.cancel()


def _on_cluster(work: Callable[[str], str], chunks: Sequence[str], address: str) -> Results:
    """Lost with a worker, a chunk is given to another one: that is the scheduler's part."""
    import distributed

    try:
        client = distributed.Client(address, timeout=20)
    except (OSError, ValueError) as error:
        fix = "start a scheduler (dask scheduler) or correct the address"
        raise InputError(
            [Problem("--scheduler", f"{address}: {error}", "a running scheduler's address", fix)]
        ) from None
    with client:
        # not pure: a scheduler that remembers results of an earlier run must not answer with them
        futures = client.map(work, chunks, pure=False, retries=5)
        for future, result in distributed.as_completed(futures, with_results=True):
            yield chunks[futures.index(future)], result


def _file(folder: Path, chunk: str) -> Path:
    return folder / f"{hashlib.sha256(chunk.encode()).hexdigest()[:32]}.json"


def _kept(folder: Path, chunk: str) -> str | None:
    """A kept result; None where there is none, or where it is not as it was written."""
    try:
        digest, _, result = _file(folder, chunk).read_bytes().partition(b"\n")
    except OSError:
        return None
    return result.decode() if digest.decode("ascii", "replace") == _digest(chunk, result) else None


def _digest(chunk: str, result: bytes) -> str:
    return hashlib.sha256(chunk.encode() + b"\0" + result).hexdigest()


def _keep(folder: Path, chunk: str, result: str) -> None:
    """Written beside and renamed, its digest first: a file is there whole, or is not taken.

    Raises InputError where the folder cannot be written.
    """
    content = result.encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_digest(chunk, content).encode() + b"\n" + content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, _file(folder, chunk))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        found, fix = f"{folder}: {error.strerror or error}", "make room, or name another folder"
        raise InputError(Problem("--resume", found, "a folder to write in", fix)) from None
