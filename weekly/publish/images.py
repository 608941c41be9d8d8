"""Find a text's local images, and put the target's addresses in their place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from weekly.errors import ConfigError
from weekly.files.paths import shown
from weekly.files.read import find_bytes, read_bytes
from weekly.text.patterns import lazy_pattern

if TYPE_CHECKING:
    from markdown_it.token import Token

ADDRESS = f"upload://{'x' * 27}.jpeg"
"""Has the length of a forum's address of an image."""
MAX_BYTES = 20_000_000

_REMOTE = lazy_pattern(r"[a-z][a-z0-9+.-]*:|//|/|#", re.IGNORECASE)


def local(text: str) -> tuple[str, ...]:
    """Return the paths of a text's images that aren't web addresses, in order."""
    if "![" not in text:
        return ()
    from markdown_it import MarkdownIt

    paths = [
        str(token.attrGet("src") or "") for block in MarkdownIt().parse(text) for token in _images(block.children or ())
    ]
    return tuple(dict.fromkeys(path for path in paths if path and not _REMOTE.match(path)))


def length(text: str) -> int:
    """Return the most characters that a text has, before or after its images are uploaded."""
    return max(len(text), len(uploaded(text)))


def uploaded(text: str) -> str:
    """Return a text with a typical address for each local image."""
    return with_addresses(text, dict.fromkeys(local(text), ADDRESS))


def file_of(root: Path, path: str) -> Path:
    """Return the file of a local image. Refuse links, hidden files and files outside the project."""
    parts = Path(unquote(path)).parts
    if "\0" in path or "%00" in path:
        raise ConfigError(f"{path}: an image with a name that no file has; correct it")
    if ".." in parts or Path(unquote(path)).is_absolute():
        raise ConfigError(f"{path}: an image outside the project's folder; move it into the project")
    if any(part.startswith(".") for part in parts):
        raise ConfigError(f"{path}: an image in a hidden file or folder; move it to another folder of the project")
    file = root.joinpath(*parts)

    def error(message: str) -> ConfigError:
        return ConfigError(f"{path}: the post shows this image, but {message}")

    if find_bytes(file, error, root=root, most=MAX_BYTES) is None:
        raise error(f"{shown(root)} has no such file")
    return file


def content_of(file: Path) -> bytes:
    """Return an image's bytes. Refuse links, and what isn't a regular file of bounded size."""
    return read_bytes(file, ConfigError, most=MAX_BYTES)


def digest(file: Path) -> str:
    """Return the digest of an image."""
    return hashlib.sha256(content_of(file)).hexdigest()


def with_addresses(text: str, addresses: Mapping[str, str]) -> str:
    """Return the text with these images at these addresses."""
    for path, address in addresses.items():
        pattern = rf"(?P<before>!\[[^\]\n]*\]\(<?){re.escape(path)}(?=[>)\s])"
        text = re.sub(pattern, rf"\g<before>{address}", text)
    return text


def _images(tokens: list[Token] | tuple[Token, ...]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            yield token
        yield from _images(token.children or ())
