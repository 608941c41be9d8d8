"""Merge a post's edits on the forum with the generated text, and recognize what a forum changes by itself.

Discourse stores composed Unicode, plain spaces and plain line ends (lib/text_cleaner.rb). Depending on its settings it
tidies titles (title_prettify), and replaces the address of an image by its own copy (download_remote_images_to_local).
None of that counts as somebody's edit.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import partial

from weekly.files.merge import Conflict, merge_lines
from weekly.model import Record
from weekly.publish.record import Wording

_SPACES = re.compile("[\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_IMAGE = re.compile(r"!\[(?P<alt>[^\]|\n]*)(?:\|[^\]\n]*)?\]\(<?(?P<address>[^)\s>]*)>?(?P<rest>[^)\n]*)\)")
_UPLOAD = re.compile(r"(?:upload://|(?:https?:)?(?://[^/\s]+)?/uploads/short-url/)(?P<id>\w+)(?:\.\w+)?")
_LINK = re.compile(r"\]\(https?://")
_MARK = re.compile(r"\n*<!-- weekly: (?P<id>[A-Za-z0-9_-]+) -->")
"""A comment that marks a text as a week's, which readers don't see."""


class Side(StrEnum):
    """The side whose lines win where both changed the same ones."""

    OURS = "ours"
    THEIRS = "theirs"


class Merged(Record, frozen=True, kw_only=True):
    """The merged text, and the conflicts that `side` decided in it."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


def merge(base: str, ours: str, theirs: str, *, side: Side = Side.OURS) -> Merged:
    """Merge both sides' changes to `base`. `side` wins each conflict.

    Changes on lines next to each other are a conflict too: one may have been written because of the other. Unchanged
    lines are theirs to the byte, since the forum may have changed how it stores them.
    """
    lines, conflicts = merge_lines(
        base.split("\n"),
        ours.split("\n"),
        theirs.split("\n"),
        lambda conflict: conflict.ours if side is Side.OURS else conflict.theirs,
        key=partial(line_key, copies=copies_of(base, theirs) | copies_of(ours, theirs)),
    )
    return Merged(text="\n".join(lines), conflicts=conflicts)


def count_changes(before: str, after: str) -> int:
    """Return how many separate places of a text changed."""
    copies = copies_of(before, after)
    old, new = ([line_key(line, copies) for line in text.split("\n")] for text in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return sum(tag != "equal" for tag, *_ in matcher.get_opcodes())


def diff(before: str, after: str, *, names: tuple[str, str]) -> str:
    """Return the changes from one text to the other as a unified diff, "" where there are none."""
    old, new = (text.split("\n") if text else [] for text in (before, after))
    return "".join(f"{line}\n" for line in difflib.unified_diff(old, new, *names, lineterm=""))


def stored(text: str) -> str:
    """Return a text with the line ends and spaces that the forum stores."""
    return _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def is_same_text(one: str, other: str) -> bool:
    """Tell whether two texts differ at most in what the forum changes."""
    if one == other:
        return True
    copies = copies_of(one, other) | copies_of(other, one)
    keys = ([line_key(line, copies) for line in stored(text).split("\n")] for text in (one, other))
    return next(keys) == next(keys)


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


def line_key(line: str, copies: Mapping[str, str]) -> str:
    """Return what is the same for lines that differ at most in what the forum changes. `copies` has its uploads."""

    def address(image: re.Match[str]) -> str:
        upload = _UPLOAD.fullmatch(image["address"])
        known = upload["id"] if upload else copies.get(image["address"])
        return f"![{image['alt']}]({f'upload://{known}' if known else image['address']}{image['rest']})"

    text = unicodedata.normalize("NFC", stored(line))
    return _IMAGE.sub(address, text) if "![" in text else text


def mark_of(external_id: str) -> str:
    """Return the mark to write at the end of a text."""
    return f"\n\n<!-- weekly: {external_id} -->"


def marked_id(raw: str) -> str | None:
    """Return the id in a text's mark in lower case, or None where there is no mark."""
    match = _MARK.search(stored(raw))
    return match["id"].casefold() if match else None


def unmarked(raw: str) -> str:
    """Return a text as stored, without the mark."""
    return stored(_MARK.sub("", stored(raw)))


def resembles(title: str, raw: str, ours: Wording) -> bool:
    """Tell by title or links whether a post without a record is this project's."""
    if is_same_title(title, ours.title):
        return True
    links = {line.strip() for line in raw.splitlines() if _LINK.search(line)}
    return bool(links) and 2 * len(links & {line.strip() for line in ours.text.splitlines()}) >= len(links)
