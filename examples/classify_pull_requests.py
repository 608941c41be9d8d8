"""Print the kind of each pull request of a week, with the reason: python examples/classify_pull_requests.py lxc/lxcfs 2023-03-27."""

from __future__ import annotations

import sys
from datetime import date

from weekly.api import classify, gather


def main(repository: str, day: str) -> None:
    """Gather one repository's week and classify its pull requests."""
    snapshot = gather([repository], date.fromisoformat(day))
    for problem in snapshot.problems:
        print(f"problem: {problem}", file=sys.stderr)
    for pull in snapshot.pulls:
        verdict = classify(pull)
        doubt = "" if verdict.sure else " (unsure)"
        print(f"{pull.ref}: {verdict.kind}{doubt}: {pull.title} [{verdict.rule}: {verdict.evidence}]")


if __name__ == "__main__":
    main(*sys.argv[1:])
