"""Make the sample archive anew from the shared facts: python -m tests.support.sample_archive."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from tests.support.facts import real_pulls, sample
from weekly import archive, config

ROOT = Path(__file__).parents[2]
WEEKS = (date(2023, 3, 20), date(2023, 3, 27))


def main() -> None:
    """Write the weeks that `make post` and the tests work on."""
    settings = config.load(ROOT / "weekly.toml")
    repos = tuple(repository.repo for repository in settings.repositories)
    for day in WEEKS:
        snapshot = sample(settings.week(day), repos, real_pulls(), datetime(2023, 4, 3, 6, tzinfo=UTC))
        archive.save(ROOT, snapshot)


if __name__ == "__main__":
    main()
