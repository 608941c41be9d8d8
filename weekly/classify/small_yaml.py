"""Read the simple YAML of changelog fragments, whose top-level keys have texts or lists of texts.

Patches may hold parts of a file only, which a real YAML parser refuses.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from weekly.text.patterns import lazy_pattern

_KEY = lazy_pattern(r"""^(?:"([^"]+)"|'([^']+)'|([A-Za-z_][\w.-]*))\s*:(?:\s+(.*))?$""")
_ITEM = lazy_pattern(r"^(\s*)-(?:\s+(.*))?$")
_BLOCK = lazy_pattern(r"^([|>])[-+\d]*\s*(?:#.*)?$")
_ESCAPES = {"n": "\n", "t": " ", "\\": "\\", '"': '"', "/": "/"}


class _Text:
    """Collect the lines of a text."""

    def __init__(self, first: str, indent: int) -> None:
        self.lines = [first]
        self.indent = indent
        self.is_block = _BLOCK.match(first.strip()) is not None

    def value(self) -> str:
        """Return the text, without quotes, escapes and comments."""
        first, *rest = self.lines
        if match := _BLOCK.match(first.strip()):
            text = "\n".join(line.strip() for line in rest)
            return text.strip() if match[1] == "|" else re.sub(r"(?<!\n)\n(?!\n)", " ", text).strip()
        text = " ".join(line.strip() for line in self.lines if line.strip()).strip()
        if text[:1] in ("'", '"'):
            end = _end_of_quote(text)
            inner = text[1:end]
            if text[0] == "'":
                return inner.replace("''", "'")
            return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner)
        return re.sub(r"\s+#.*$", "", text)


def _end_of_quote(text: str) -> int:
    quote, index = text[0], 1
    while index < len(text):
        if quote == '"' and text[index] == "\\":
            index += 1
        elif text[index] == quote:
            if quote == "'" and text[index + 1 : index + 2] == quote:
                index += 1
            else:
                return index
        index += 1
    return len(text)


def parse(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the top-level keys with their texts, in order. Items before any key have the key ''."""
    found: list[tuple[str, list[_Text]]] = []
    text = "\n".join(line for line in lines if not line.startswith(("#", "---")))
    for line in textwrap.dedent(text.replace("\t", "    ")).splitlines():
        _add(found, line.rstrip())
    return [(key, [value for text in texts if (value := text.value())]) for key, texts in found]


def _add(found: list[tuple[str, list[_Text]]], line: str) -> None:
    """Add a line to what was found so far."""
    current = found[-1][1][-1] if found and found[-1][1] else None
    indent = len(line) - len(line.lstrip())
    if current and current.is_block and (not line or indent > current.indent):
        current.lines.append(line)
    elif not line or line.lstrip().startswith("#") or line == "...":
        return
    elif match := _KEY.match(line):
        value = (match[4] or "").strip()
        found.append((match[1] or match[2] or match[3], _inline(value) if value else []))
    elif (match := _ITEM.match(line)) and (current is None or indent <= current.indent or current.indent < 0):
        if not found:
            found.append(("", []))
        found[-1][1].append(_Text(match[2] or "", indent))
    elif current:
        current.lines.append(line)
    elif found:
        found[-1][1].append(_Text(line, -1))


def _inline(value: str) -> list[_Text]:
    """Return the texts of a value on the key's own line."""
    if value.startswith("#"):
        return []
    if value.startswith("[") and value.endswith("]"):
        return [_Text(item.strip(), -1) for item in value[1:-1].split(",") if item.strip()]
    return [_Text(value, 0 if _BLOCK.match(value) else -1)]
