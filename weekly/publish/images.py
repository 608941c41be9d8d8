"""Images that lie beside weekly.toml, in the text that shows them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from weekly.errors import ConfigError
from weekly.files.paths import shown

if TYPE_CHECKING:
    from markdown_it.token import Token

ADDRESS = f"upload://{'x' * 27}.jpeg"
"""Stands for the address that a forum gives an image, and has its length."""

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|#", re.IGNORECASE)


def local(text: str) -> tuple[str, ...]:
    """The paths of the images that a text shows and that aren't on the web already, in its order."""
    if "![" not in text:
        return ()
    from markdown_it import MarkdownIt

    found = [
        str(token.attrGet("src") or "") for block in MarkdownIt().parse(text) for token in _images(block.children or ())
    ]
    return tuple(dict.fromkeys(path for path in found if path and not _ELSEWHERE.match(path)))


def length(text: str) -> int:
    """The characters that a text has at most where its local images have got their addresses."""
    return max(len(text), len(brought(text)))


def brought(text: str) -> str:
    """A text as it will be once its local images are where it goes, each under some address of that place."""
    return placed(text, dict.fromkeys(local(text), ADDRESS))


def file_of(root: Path, path: str) -> Path:
    """The file that a text names; ConfigError where it isn't one within the project's folder."""
    try:
        file = (root / unquote(path)).resolve()
        is_there = file.is_file()
    except (OSError, RuntimeError, ValueError) as error:  # a name that is none, or a link that leads to itself
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: the post shows this image, but it can't be looked at: {reason}") from error
    if not file.is_relative_to(root.resolve()):
        raise ConfigError(f"{path}: an image outside the project's folder; put it in there")
    if not is_there:
        raise ConfigError(f"{path}: the post shows this image, but {shown(root)} has no such file")
    return file


def digest(file: Path) -> str:
    """What tells one image from another."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def placed(text: str, addresses: Mapping[str, str]) -> str:
    """The text with each of these images at its address."""
    for path, address in addresses.items():
        pattern = rf"(?P<before>!\[[^\]\n]*\]\(<?){re.escape(path)}(?=[>)\s])"
        text = re.sub(pattern, rf"\g<before>{address}", text)
    return text


def _images(tokens: list[Token] | tuple[Token, ...]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            yield token
        yield from _images(token.children or ())
