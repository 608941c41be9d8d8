"""Runs `weekly` for scripts in a fork of a process that has imported everything, which saves most of its start.

`python -m tests.support.fork_server SOCKET` serves. `python -IS tests/support/fork_server.py SOCKET ARGUMENT…` is the
command that a script runs: it passes its arguments, folder, environment and streams, and ends as the command does.
"""

from __future__ import annotations

import json
import os
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def call(path: str, arguments: list[str]) -> int:
    """Have the server run a command. Return its exit code."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        order = json.dumps({"arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}).encode()  # noqa: PTH109  pathlib takes long to import
        socket.send_fds(connection, [len(order).to_bytes(4, "big")], [0, 1, 2])
        connection.sendall(order)
        return int(connection.recv(16) or b"1")


def serve(path: str) -> None:
    """Run commands until stdin is closed, which happens when the tests' process ends."""
    import gc
    import select

    from tests.support.clocked import start
    from tests.support.faulty import import_everything, make_everything

    import_everything()
    make_everything()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        print("ready", flush=True)
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            size, streams, _, _ = socket.recv_fds(connection, 4, 3)
            order = b""
            while len(order) < int.from_bytes(size, "big"):
                order += connection.recv(65_536)
            child = os.fork()
            if not child:
                _run(json.loads(order), streams, start)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            connection.sendall(str(code if code >= 0 else 128 - code).encode())
            connection.close()
            for stream in streams:
                os.close(stream)


def _run(order: dict[str, Any], streams: list[int], start: Callable[[], object]) -> None:
    """Become the command, in this forked process."""
    code: Any = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        sys.argv = ["weekly", *order["arguments"]]
        start()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        serve(sys.argv[1])
    else:
        sys.exit(call(sys.argv[1], sys.argv[2:]))
