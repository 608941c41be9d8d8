"""Cook a post by the replica, in this process or in one of node's, and read what came of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tests.conftest import ROOT
from tests.support.forum import rules
from weekly.files import atomic
from weekly.text.markdown import GUARD

Cook = Callable[[str], str]

MODULES = ROOT / ".cache" / "forum"
LACKS = [
    reason
    for is_there, reason in (
        (shutil.which("node"), "no node on the PATH"),
        ((MODULES / "node_modules" / "markdown-it").is_dir(), "markdown-it is not installed: make proof does it"),
    )
    if not is_there
]


def by_python() -> Cook:
    """markdown-it-py with the forum's rules."""
    made = MarkdownIt("js-default", {"html": True, "breaks": True, "linkify": True, "typographer": True})
    assert made.linkify is not None
    made.linkify.tlds(list(rules.TLDS), True)
    made.inline.ruler.push("bbcode", _bbcode)
    made.block.ruler.after("fence", "bbcode", _bbcode_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    made.add_render_rule("bbcode", _printed)
    made.core.ruler.at("replacements", _typography)

    def cook(text: str) -> str:
        html: str = made.render(text)
        return html

    return cook


@contextmanager
def by_node() -> Iterator[Cook]:
    """markdown-it with the forum's rules, in one process for all posts."""
    cook_mjs = MODULES / "cook.mjs"  # where node finds the modules; another test may read it at this moment
    atomic.write(cook_mjs, (Path(__file__).parent / "cook.mjs").read_text(encoding="utf-8"), durable=False)
    command = ["node", str(cook_mjs)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as node:
        assert node.stdin
        assert node.stdout
        stdin, stdout = node.stdin, node.stdout

        def ask(given: object) -> None:
            stdin.write(json.dumps(given) + "\n")
            stdin.flush()

        def cook(text: str) -> str:
            ask(text)
            html: str = json.loads(stdout.readline())
            return html

        ask({"tags": rules.TAGS, "replacements": rules.REPLACEMENTS, "tlds": rules.TLDS})
        yield cook
        stdin.close()
    assert node.returncode == 0


_INLINE = re.compile(rf"\[/?(?:{rules.TAGS})(?![a-z])[^\]]*\]", re.IGNORECASE)
_BLOCK = re.compile(rf"^\[({rules.TAGS})(?![a-z])[^\]]*\](?:\s*|.*\[/\1\]\s*)$", re.IGNORECASE)
_REPLACEMENTS = [
    (re.compile(source, re.IGNORECASE | re.MULTILINE), replacement.replace("$1", r"\g<1>"))
    for source, replacement in rules.REPLACEMENTS
]


def _bbcode(state: StateInline, silent: bool) -> bool:
    found = _INLINE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("bbcode", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _bbcode_block(state: StateBlock, first: int, _last: int, silent: bool) -> bool:
    line = state.src[state.bMarks[first] + state.tShift[first] : state.eMarks[first]]
    if not _BLOCK.match(line):
        return False
    if not silent:
        state.push("bbcode", "", 0).content = line
        state.line = first + 1
    return True


def _printed(_self: object, tokens: Sequence[Token], place: int, *_: Any) -> str:
    return f"<bbcode>{escapeHtml(tokens[place].content)}</bbcode>"


def _typography(state: StateCore) -> None:
    for token in state.tokens:
        automatic = 0
        for child in token.children or ():
            automatic += child.nesting if child.info == "auto" else 0
            if child.type == "text" and not automatic:
                for pattern, replacement in _REPLACEMENTS:
                    child.content = pattern.sub(replacement, child.content)


def straight(text: str) -> str:
    """Return a text as it was before the forum curled the apostrophes within words."""
    return re.sub(r"(?<=[^\W_])’(?=[^\W_])", "'", text)


class Run(NamedTuple):
    """A run of text between tags."""

    text: str
    in_link: bool
    in_code: bool
    opens_link: bool


class Block(NamedTuple):
    """A heading, a paragraph, an entry of a list or a cell of a table: its visible text and where its links lead."""

    tag: str
    text: str
    links: tuple[str, ...]


class Cooked(HTMLParser):
    """What a cooked post holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.runs: list[Run] = []
        self.blocks: list[Block] = []
        self._links = self._codes = 0
        self._opens_link = False
        self._text: list[str] = []
        self.feed(html)
        self.close()
        self._end_run()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_run()
        self.tags.append(tag)
        self.attributes += [(f"{tag}.{name}", value or "") for name, value in attrs]
        if re.fullmatch(r"h[1-6]|p|li|th|td", tag):
            self.blocks.append(Block(tag, "", ()))
        if tag == "a":
            self._links += 1
            self._opens_link = True
            self.blocks[-1] = self.blocks[-1]._replace(links=(*self.blocks[-1].links, dict(attrs).get("href") or ""))
        self._codes += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._end_run()
        self._links -= tag == "a"
        self._codes -= tag == "code"

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def _end_run(self) -> None:
        text, self._text = "".join(self._text), []
        if not text:
            return
        self.runs.append(Run(text, self._links > 0, self._codes > 0, self._opens_link))
        self._opens_link = False
        if self.blocks:
            block = self.blocks[-1]
            self.blocks[-1] = block._replace(text=block.text + text.replace(GUARD, "").strip("\n"))

    @property
    def text(self) -> str:
        """All that is to be read, guards aside."""
        return "".join(block.text for block in self.blocks)

    @property
    def links(self) -> list[str]:
        return [href for block in self.blocks for href in block.links]

    def active(self) -> list[str]:
        """What the forum would make of the text that is left: mentions, hashtags, emoji, dates, boxes, options."""
        found: list[str] = []
        for text, in_link, in_code, opens_link in self.runs:
            found += rules.OPTION.findall(text) if opens_link else []
            if in_code:
                continue
            found += [*rules.EMOJI.findall(text), *rules.SHORTCUT.findall(text)]
            if not in_link:
                patterns = (rules.MENTION, rules.HASHTAG, rules.DATE, rules.CHECKBOX)
                found += [one for pattern in patterns for one in pattern.findall(text)]
        return found
