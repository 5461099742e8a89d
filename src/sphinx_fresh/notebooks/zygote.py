"""A process that has imported what notebooks need, and forks kernels: imports are paid once a build.

Run as a script: ``python zygote.py SOCKET RECORDED NAME…``. RECORDED is what ``recorder.begin`` is given, as
JSON: what is worked out here carries what was read for it. Each name is a module to import, or
``module:function`` to call. A request is a line of JSON: with ``load``, more names, which has no answer; or
with ``argv``, ``cwd`` and ``env`` of a kernel, whose answer is a line with its process id.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from importlib import import_module

from sphinx_fresh import reads
from sphinx_fresh.notebooks import recorder

KERNEL = (
    "ipykernel.kernelapp",
    "IPython.core.completer",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
)
"""What a kernel loads as it starts."""


def warm(names: Iterable[str]) -> None:
    """Import modules, or call functions of some. What fails fails again in the page that needs it.

    What a module reads as it is imported, every page has read.
    """
    for name in names:
        module, _, function = name.partition(":")
        with contextlib.suppress(Exception):
            found = import_module(module)
            if function:
                with reads.apart():  # who takes what it has worked out has read it
                    getattr(found, function)()
    gc.freeze()  # what is loaded stays shared between the kernels


def serve(channel: socket.socket) -> None:
    """Fork a kernel for each request until the other end is closed; then end the kernels that are left."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets ended kernels by itself
    children = []
    with channel.makefile("rw", encoding="utf-8") as requests:
        for line in requests:
            request = json.loads(line)
            if "load" in request:
                warm(request["load"])
                continue
            pid = os.fork()
            if pid == 0:
                become_kernel(channel, **request)
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it does so too: one is first
                os.setpgid(pid, pid)
            children.append(pid)
            requests.write(f"{pid}\n")
            requests.flush()
    for pid in children:
        kill_group(pid)


def kill_group(pid: int) -> None:
    """End a kernel with all that its cells have started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end_with(parent: int) -> None:
    """End this kernel's group once the zygote is gone, however that ended."""
    while os.getppid() == parent:
        time.sleep(0.2)
    kill_group(os.getpid())


def become_kernel(channel: socket.socket, argv: list[str], cwd: str, env: dict[str, str]) -> None:
    """Be what ``python -m ipykernel_launcher`` would be, and never return.

    It leads a process group of its own, which ends with it, or when the zygote ends.
    """
    parent = os.getppid()
    try:
        os.close(channel.detach())
        os.setpgid(0, 0)
        threading.Thread(target=end_with, args=[parent], daemon=True).start()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        from ipykernel import kernelapp

        kernelapp.launch_new_instance(argv=[*argv, f"--IPKernelApp.parent_handle={parent}"])
    except Exception as error:
        # a port that another process took since it was chosen is no fault: the kernel is started again
        if getattr(error, "errno", None) != errno.EADDRINUSE:
            traceback.print_exc()  # it does not go on to where Python would print it
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def main(descriptor: str, recorded: str, *names: str) -> None:
    """Import, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build is told, and closes the socket
    recorder.begin(*json.loads(recorded))
    warm((*KERNEL, *names))
    serve(socket.socket(fileno=int(descriptor)))


if __name__ == "__main__":
    main(*sys.argv[1:])
