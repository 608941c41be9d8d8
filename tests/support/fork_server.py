"""Runs `weekly` for scripts in a fork of a process that has imported everything, which saves most of its start.

`python -m tests.support.fork_server SOCKET` serves. `python -IS tests/support/fork_server.py SOCKET ARGUMENT…` is the
command that a script runs: it passes its arguments, folder, environment and streams, and ends as the command does.
It imports the least there can be, since its own start takes longer than anything else it does.
"""

from __future__ import annotations

import _socket
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def call(path: str, arguments: list[str]) -> int:
    """Have the server run a command. Return its exit code."""
    connection = _socket.socket(_socket.AF_UNIX)
    connection.connect(path)
    named = [f"{name}={value}" for name, value in os.environ.items()]
    fields = [os.getcwd(), str(len(arguments)), *arguments, *named]  # noqa: PTH109  pathlib takes long to import
    order = os.fsencode("\0".join(fields))
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)]
    connection.sendmsg([len(order).to_bytes(4, "big")], rights)
    connection.sendall(order)
    return int(connection.recv(16) or b"1")


def serve(path: str) -> None:
    """Run commands until stdin is closed, which happens when the tests' process ends."""
    import gc
    import select
    import socket

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
                _run(os.fsdecode(order).split("\0"), streams, start)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            connection.sendall(str(code if code >= 0 else 128 - code).encode())
            connection.close()
            for stream in streams:
                os.close(stream)


def _run(order: list[str], streams: list[int], start: Callable[[], object]) -> None:
    """Become the command, in this forked process."""
    code: Any = 1
    folder, count, *rest = order
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update({name: value for name, _, value in (field.partition("=") for field in rest[int(count) :])})
        sys.argv = ["weekly", *rest[: int(count)]]
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
