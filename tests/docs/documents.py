"""Read the documents: their blocks of code, their lines of code, their links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

DOCUMENTS = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of a document."""

    path: Path
    language: str
    text: str

    @property
    def name(self) -> str:
        """The document and the block's first line, for the names of tests."""
        return f"{self.path.name}: {self.text.splitlines()[0]}"

    @property
    def commands(self) -> list[str]:
        """The lines without the comments that follow after two spaces or more."""
        return [command for line in self.text.splitlines() if (command := re.split(r"\s{2,}", line.strip())[0])]


def blocks(*languages: str, path: Path | None = None) -> list[Block]:
    """Return the fenced blocks in these languages, of one document or of all."""
    return [
        Block(document, language, text)
        for document in DOCUMENTS
        if path in (None, document)
        for language, text in _BLOCK.findall(document.read_text(encoding="utf-8"))
        if language in languages
    ]


def prose(path: Path) -> str:
    """Return a document without its fenced blocks."""
    return _BLOCK.sub("", path.read_text(encoding="utf-8"))


def inline_commands() -> Iterator[tuple[Path, list[str]]]:
    """Yield the commands that documents name in running text, such as `weekly draft`."""
    for path in DOCUMENTS:
        for code in re.findall(r"`((?:weekly|make|python -m) [^`]+)`", prose(path)):
            yield path, shlex.split(code)


def headings(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub and the site make them."""
    titles = re.findall(r"^#+ (.*)$", _BLOCK.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def links(path: Path) -> list[str]:
    """Return the targets of a document's links and images."""
    without_code = re.sub(r"`[^`\n]*`", "", prose(path))
    return re.findall(r"\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)", without_code)
