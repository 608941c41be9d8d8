"""Read repositories and pull requests from addresses that people paste."""

import re

from weekly.text.patterns import lazy_pattern

_ADDRESS = lazy_pattern(r"(?:[a-z+]+://(?:[^@/\s]+@)?[^/\s]+/|[\w.-]+@[^:/\s]+:|(?:www\.)?github\.com/)(?P<path>\S+)")
_PULL = lazy_pattern(r"(?P<repo>[^/\s]+/[^/\s]+)/(?:-/)?(?:pulls?|issues|merge_requests)/(?P<number>\d+)(?:[/?#].*)?")


def host_of(text: str) -> str:
    """Return the host of an address in small letters, empty for other texts."""
    match = re.match(r"(?:[a-z+]+://(?:[^@/\s]+@)?|[\w.-]+@)([\w.-]+)", text.strip())
    return match[1].lower() if match else ""


def repository_of(text: str) -> str:
    """Return `owner/name` if the text is a repository's address, else the text itself."""
    if not (address := _ADDRESS.fullmatch(text.strip())):
        return text
    owner, _, rest = re.split("[?#]", address["path"])[0].strip("/").partition("/")
    name = rest.partition("/")[0].removesuffix(".git")
    return f"{owner}/{name}" if name else text


def pull_of(text: str) -> str:
    """Return `owner/name#123` if the text is a pull request's address, else the text itself."""
    address = _ADDRESS.fullmatch(text.strip())
    pull = _PULL.fullmatch(address["path"] if address else text.strip())
    return f"{pull['repo']}#{pull['number']}" if pull else text


def owner_of(text: str) -> str:
    """Return the owner if the text is an account's name or address, else an empty text."""
    address = _ADDRESS.fullmatch(text.strip())
    name = re.split("[?#]", address["path"])[0].strip("/") if address else text.strip()
    name = name.removeprefix("orgs/").removesuffix("/repositories")
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) else ""
