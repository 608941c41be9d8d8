"""`weekly` as a process of its own whose clock a test sets, with loopback for a network."""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from pathlib import Path

from weekly.cli import main
from weekly.cli.world import World
from weekly.clocks import Clock


def start() -> None:
    now = datetime.fromisoformat(os.environ["WEEKLY_TEST_NOW"])
    ahead = now.timestamp() - time.time()
    world = World(now=now, environment=os.environ, folder=Path.cwd(), clock=Clock(lambda: time.time() + ahead))
    main(sys.argv[1:], world)


if __name__ == "__main__":
    start()
