"""Build and read addresses on github.com or on a GitHub Enterprise server."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from weekly.text.patterns import lazy_pattern

SITE = "https://github.com"
"""The server of repositories of which nothing names another one."""

_PULL = lazy_pattern(r"(?P<site>https?://[^/\s]+)/(?P<owner>[^/\s]+)/(?P<name>[^/\s]+)/pull/\d+")


class RepositoryAddress(NamedTuple):
    """A repository's server, owner and name."""

    site: str
    owner: str
    name: str

    @property
    def repo(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """The address of the repository's page."""
        return f"{self.site}/{self.repo}"


def pull_url(site: str, repo: str, number: int) -> str:
    """Return a pull request's address."""
    return f"{site}/{repo}/pull/{number}"


def issues_url(site: str, repo: str, query: str) -> str:
    """Return the address of a search in a repository's issues."""
    return f"{site}/{repo}/issues?q={quote(query, safe='').replace('%20', '+')}"


def repository_of(url: str) -> RepositoryAddress | None:
    """Return the repository of a pull request's address, or None where it isn't of GitHub's form."""
    match = _PULL.fullmatch(url)
    return RepositoryAddress(match["site"], match["owner"], match["name"]) if match else None


def site_of(urls: Iterable[str], default: str = SITE) -> str:
    """Return the server of the first pull request's address that has GitHub's form."""
    return next((address.site for url in urls if (address := repository_of(url))), default)
