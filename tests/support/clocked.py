"""`weekly` as a process of its own whose clock a test sets, with loopback for a network."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from pathlib import Path

from weekly.cli import main
from weekly.http.clock import Clock
from weekly.pipeline.context import Context


def start() -> None:
    now = datetime.fromisoformat(os.environ["WEEKLY_TEST_NOW"])
    ahead = now.timestamp() - time.time()
    context = Context(now=now, environment=os.environ, folder=Path.cwd(), clock=Clock(lambda: time.time() + ahead))
    main(sys.argv[1:], context)


if __name__ == "__main__":
    start()
