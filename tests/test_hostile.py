"""Any text in any place: nobody is notified, nothing is active, no neighbour is swallowed, and readers see what was written.

`forum` is a replica of the forum's rules, written from what is known of them: markdown-it with html, breaks, linkify and
typographer; then mentions, hashtags and emoji on the joined text, outside code (and, but for emoji, outside links).
`make proof` runs ten thousand cases of each.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from weekly.markdown import GUARD, bullet, code_spans, escape, harmless, heading, link, normalise

URL = "https://github.com/canonical/lxd/pull/1"
MENTION = re.compile(r"(?<![\w`/])@[\w]")
HASHTAG = re.compile(r"(?<![\w&/])#[\w]")
EMOJI = re.compile(r":[A-Za-z0-9_+-]+:")
SHORTCUT = re.compile(r"(?:^|(?<=\W))(?::-?[)(DPpOo|*/\\]|;-?[)P]|:'-?\(|<3|</3|8-?\)|B-?\)|\^_+\^|-_+-)(?=\s|$)")
BBCODE = re.compile(r"^\[/?(?:quote|details|poll|spoiler|code|b|i|u|s|url|img|date)\b[^\]]*\]", re.IGNORECASE)

SNIPPETS = st.sampled_from(
    [
        "@stgraber", "@canonical/lxd", "#123", "#general", ":smile:", ":)", ";)", "8)", "<3", "^_^", "-_-", "`", "``", "```", "~~~",
        "**", "__", "_x_", "*", "[x](javascript:alert(1))", "![i](u)", "[ref]", "]", "[", "](", "\\", "\\\\", "<b>", "</a>",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "-->", "&amp;", "&#64;x", "http://a.example/b",
        "www.example.org", "foo.io", "a@b.example", "//x.io", "mailto:a@b.io", "|", "| a | b |", "---", "===", "# ", "> ", "- ", "1. ",
        "1) ", "+ ", "    ", "\t", "\n", "\r\n", "\n\n", "\u2028", "\u200b", "\u2060", "\u202e", "\u00ad", "\ufeff", "\0", "\x1b[31m",
        "\ud800", "e\u0301", "\u200d", "👩‍💻", "日本", "(c)", "(tm)", "...", "--", "+-", "??", "!!!!", ",,", '"', "'", "{{ x }}", "{% raw %}",
        "$(rm)", "${x}", "$x$", "[quote]", "[details=x]", "[/details]", "[b]", "=", "==", "%", "x|y=z", ":", "::", "a:b:c", "://",
    ]
)  # fmt: skip
WORDS = st.sampled_from(["lxd", "Fix", "snake_case", "camelCase", "10:30:15", "v1.2.3", "std::x", " "])
TITLES = st.lists(st.one_of(SNIPPETS, WORDS, st.text(max_size=6), st.just(" ")), max_size=14).map("".join)


def forum(text: str) -> list[Token]:
    return MarkdownIt("js-default", {"html": True, "breaks": True, "linkify": True, "typographer": True}).parse(text)


def inline(tokens: Sequence[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def seen(tokens: Sequence[Token]) -> str:
    """What a reader sees of it, guards aside."""
    kinds = ("text", "code_inline")
    return "".join(child.content for child in inline(tokens) if child.type in kinds).replace(GUARD, "")


def active(tokens: Sequence[Token]) -> list[str]:
    """What the forum would make of the text that is left."""
    found, depth, runs = [], 0, [""]
    for child in inline(tokens):
        depth += child.nesting if child.type in ("link_open", "link_close") else 0
        if child.type == "text":
            runs[-1] += child.content
            found += [] if depth else [*MENTION.findall(child.content), *HASHTAG.findall(child.content)]
        else:
            runs.append("")
    for run in runs:
        found += [*EMOJI.findall(run), *SHORTCUT.findall(run)]
    return found


def plain(title: str) -> str:
    """The title without the backticks of its code spans."""
    return "".join(piece for piece, _ in code_spans(title))


def proven(title: str, tokens: Sequence[Token], words: str) -> None:
    kinds = [token.type for token in tokens]
    assert kinds.count("bullet_list_open") == 1, kinds
    assert set(kinds) <= {
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open", "paragraph_close", "inline",
    }, kinds  # fmt: skip
    assert kinds.count("list_item_open") == 3, "the neighbours stand"
    assert {child.type for child in inline(tokens)} <= {"text", "code_inline", "link_open", "link_close"}
    assert seen(tokens) == f"before{words}after"
    assert active(tokens) == []


CASES = settings(max_examples=int(os.environ.get("WEEKLY_CASES", "150")))


@CASES
@given(title=TITLES)
@example(title="`a`` b`")
@example(title="\\`x`")
@example(title="x" * 70_000)
def test_a_title_in_a_link(title: str) -> None:
    made = f"- before\n{bullet(link(title, URL))}\n- after\n"
    tokens = forum(made)
    words = plain(normalise(title)) or "…"
    proven(title, tokens, words)
    links = [child.attrGet("href") for child in inline(tokens) if child.type == "link_open"]
    assert links == [URL]
    assert not BBCODE.search(words) or "\\[" in made


@CASES
@given(title=TITLES)
def test_a_title_in_running_text(title: str) -> None:
    tokens = forum(f"- before\n{bullet(title)}\n- after\n")
    proven(title, tokens, plain(harmless(title)))
    assert not [child for child in inline(tokens) if child.type == "link_open"]


@CASES
@given(title=TITLES, level=st.integers(1, 6))
def test_a_title_in_a_heading(title: str, level: int) -> None:
    tokens = forum(f"before\n\n{heading(title, level)}\n\nafter\n")
    kinds = [token.type for token in tokens]
    assert kinds.count("heading_open") == 1
    assert kinds.count("paragraph_open") == 2
    assert seen(tokens) == f"before{plain(harmless(title))}after"
    assert active(tokens) == []


@CASES
@given(title=TITLES)
def test_a_paragraph_of_its_own(title: str) -> None:
    """As the introduction stands."""
    tokens = forum(f"before\n\n{escape(title)}\n\nafter\n")
    words = plain(harmless(title))
    assert {token.type for token in tokens} <= {"paragraph_open", "paragraph_close", "inline"}
    assert seen(tokens) == f"before{words}after"
    assert active(tokens) == []


@CASES
@given(text=st.one_of(TITLES, st.text()))
def test_harmless_is_harmless(text: str) -> None:
    made = harmless(text)
    assert made == harmless(made), "twice is once"
    assert "\n" not in made
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", made)
    assert len(normalise(text)) <= 300


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% include 'x' %}", "$(touch x)", "`id`"])
def test_templates_and_shells_are_just_words(text: str) -> None:
    assert seen(forum(escape(text))) == plain(harmless(text))
