"""Rebuild the maintainers' present script, a REST search for each repository, first page only.

python -m benchmarks.todays_script FIRST LAST [--sleep] [--list]; prints how many it found, and how many there were, or
with --list the list that the maintainers put beneath their post.
"""

from __future__ import annotations

import os
import sys
import time

import requests

from benchmarks.stand_in import REPOS


def main(first: str, last: str, *options: str) -> None:
    """Search, and count the first page."""
    found = total = 0
    for repo in REPOS:
        query = f"repo:{repo} is:pr is:merged merged:{first}T00:00:00Z..{last}T23:59:59Z"
        url = f"{os.environ['GITHUB_API_URL']}/search/issues"
        reply = requests.get(url, params={"q": query, "per_page": "100"}, timeout=30).json()
        if "--list" in options:
            print(f"\n## {repo}\n", *(f"- [{item['title']}]({item['html_url']})" for item in reply["items"]), sep="\n")
        found, total = found + len(reply["items"]), total + reply["total_count"]
        if "--sleep" in options and repo != REPOS[-1]:
            time.sleep(0.5)
    if "--list" not in options:
        print(found, total)


if __name__ == "__main__":
    main(*sys.argv[1:])
