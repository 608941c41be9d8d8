"""Recognize what a forum changes in titles and texts by itself, so that it never counts as somebody's edit.

Discourse stores composed Unicode, plain spaces and plain line ends (lib/text_cleaner.rb). Depending on its settings it
tidies titles (title_prettify), and replaces the address of an image by its own copy (download_remote_images_to_local).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_SPACES = re.compile("[\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_IMAGE = re.compile(r"!\[(?P<alt>[^\]|\n]*)(?:\|[^\]\n]*)?\]\(<?(?P<address>[^)\s>]*)>?(?P<rest>[^)\n]*)\)")
_UPLOAD = re.compile(r"(?:upload://|(?:https?:)?(?://[^/\s]+)?/uploads/short-url/)(?P<id>\w+)(?:\.\w+)?")


def stored(text: str) -> str:
    """Return a text with the line ends and spaces that the forum stores."""
    return _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def is_same_text(one: str, other: str) -> bool:
    """Tell whether two texts differ at most in what the forum changes."""
    if one == other:
        return True
    copies = copies_of(one, other) | copies_of(other, one)
    return comparable(stored(one), copies) == comparable(stored(other), copies)


def is_same_title(one: str, other: str) -> bool:
    """Tell whether two titles differ at most in what the forum tidies."""
    return one == other or tidy_title(one) == tidy_title(other)


def tidy_title(title: str) -> str:
    """Return a title with everything applied that title_prettify may do."""
    title = unicodedata.normalize("NFC", stored(title)).replace("\u200b", "")
    title = re.sub(r"([!?])\1+", r"\1", " ".join(title.split()))
    if title == title.upper():
        title = title.lower()
    first, space, rest = title.partition(" ")
    if first == first.lower():
        title = first.capitalize() + space + rest
    return re.sub(r"\s+([!?])$", r"\1", re.sub(r"([^.])\.+$", r"\1", title))


def copies_of(ours: str, theirs: str) -> dict[str, str]:
    """Return the uploads in `theirs` that replaced our images' web addresses, by those addresses.

    The forum keeps an image's alternative text, and changes only the address.
    """
    uploads: dict[str, list[str]] = {}
    for image in _IMAGE.finditer(theirs):
        if upload := _UPLOAD.fullmatch(image["address"]):
            uploads.setdefault(image["alt"], []).append(upload["id"])
    copies = {}
    for image in _IMAGE.finditer(ours) if uploads else ():
        address = image["address"]
        is_replaced = address.startswith(("http://", "https://")) and address not in theirs
        if is_replaced and address not in copies and uploads.get(image["alt"]):
            copies[address] = uploads[image["alt"]].pop(0)
    return copies


class Line(str):
    """A line that equals another if they differ at most in what the forum changes."""

    _key: str

    def __new__(cls, line: str, copies: Mapping[str, str] | None = None) -> Line:
        """Compute what is compared once, since a merge compares each line many times."""

        def address(image: re.Match[str]) -> str:
            upload = _UPLOAD.fullmatch(image["address"])
            known = (copies or {}).get(image["address"])
            shown = f"upload://{upload['id'] if upload else known}" if upload or known else image["address"]
            return f"![{image['alt']}]({shown}{image['rest']})"

        self = super().__new__(cls, line)
        text = unicodedata.normalize("NFC", stored(line))
        self._key = _IMAGE.sub(address, text) if "![" in text else text
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and self._key == other._key

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._key)


def comparable(text: str, copies: Mapping[str, str]) -> list[Line]:
    """Return a text's lines for a comparison."""
    return [Line(line, copies) for line in text.split("\n")]
