"""Kernels forked from a process that is warm already, by Jupyter's own means: a kernel provisioner."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import cast

import zmq
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Any, default

Recorded = tuple[str, list[str], list[str]]
"""The arguments of ``recorder.begin``."""

NAME = "site-warm"
LAUNCHER = ["-m", "ipykernel_launcher"]


class Zygote:
    """The warm process of one build; ``close`` ends it and its kernels, and so does the end of the build."""

    def __init__(self, names: Iterable[str], cwd: Path, recorded: Recorded):
        self._lock = threading.Lock()
        self._forked = False
        ours, theirs = socket.socketpair()
        script, where = str(Path(__file__).with_name("zygote.py")), json.dumps(recorded)
        # -P: the modules beside it have names of their own
        command = [sys.executable, "-P", script, str(theirs.fileno()), where, *names]
        # the cores are taken by other kernels
        alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], env=alone
        )
        atexit.register(self._process.kill)  # of a build that ends before it is closed
        theirs.close()
        self._channel = ours.makefile("rw", encoding="utf-8")
        ours.close()  # the file keeps the connection
        factory = KernelProvisionerFactory.instance()
        factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:WarmProvisioner", factory.GROUP_NAME)

    def load(self, names: Iterable[str]) -> None:
        """Import modules before the next kernel is forked."""
        with self._lock:
            self._ask({"load": list(names)})

    def _ask(self, request: Mapping[str, object]) -> None:
        self._channel.write(json.dumps(request) + "\n")
        self._channel.flush()

    def fork(self, argv: list[str], cwd: str, env: dict[str, str]) -> int:
        """The process id of a new kernel."""
        with self._lock:
            self._forked = True
            self._ask({"argv": argv, "cwd": cwd, "env": env})
            answer = self._channel.readline()
        if not answer:
            raise RuntimeError(f"the process that starts kernels ended with code {self._process.wait()}")
        return int(answer)

    def close(self) -> None:
        """End it, at once if it has no kernels to end: it may still be importing."""
        if not self._forked:
            self._process.kill()
        self._channel.close()
        self._process.wait()
        atexit.unregister(self._process.kill)


def written_since(folder: Path, but: Path, marker: Path) -> bool:
    """Whether a file of a folder is newer than a marker, or this is gone.

    Hidden files' folders are passed over, and ``but``. Files that are gone are not seen.
    """
    if not marker.exists():
        return True
    last = marker.stat().st_mtime
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name[0] not in "._" and Path(where, name) != but]
        if any(os.lstat(os.path.join(where, name)).st_mtime > last for name in files):
            return True
    return False


class Forked:
    """A kernel that is another process's child, with what a provisioner uses of ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        """Called once ``poll`` says that it has ended."""
        return 0

    def send_signal(self, number: int) -> None:
        """Signal the kernel; with what its cells have started, if that is to end it."""
        (os.killpg if number == signal.SIGKILL else os.kill)(self.pid, number)


class WarmProvisioner(LocalProvisioner):
    """Starts Python kernels by the manager's zygote, and others as ever."""

    async def launch_kernel(self, cmd, **kwargs):
        """The connection of a new kernel."""
        if cmd[0] != sys.executable or cmd[1:3] != LAUNCHER:
            return await super().launch_kernel(cmd, **kwargs)
        cwd = str(kwargs["cwd"])
        zygote = cast("WarmManager", self.parent).zygote
        self.process = Forked(zygote.fork(cmd[3:], cwd, kwargs["env"]))
        self.pid, self.pgid, self.cwd = self.process.pid, None, cwd
        return self.connection_info

    async def wait(self) -> int | None:
        """Return once the kernel has ended: soon, for it was killed."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()


class WarmManager(AsyncKernelManager):
    """A kernel manager whose kernels come from a zygote; ``zygote=None`` gives the usual ones."""

    zygote = Any()

    @default("transport_encryption")
    def _transport_encryption(self) -> str:
        return "auto" if zmq.has("curve") else "disabled"

    @property
    def kernel_spec(self):
        """The installed specification, with the provisioner named."""
        spec = super().kernel_spec
        if self.zygote is not None and spec is not None:
            spec.metadata["kernel_provisioner"] = {"provisioner_name": NAME, "config": {}}
        return spec
