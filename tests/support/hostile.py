"""Hostile text: one strategy for every place that shows text from outside."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("WEEKLY_CASES", "15"))
"""Examples of each property: a few in `make test`, ten thousand in `make proof`."""
EVERY = "WEEKLY_CASES" in os.environ
"""Whether exhaustive tests try everything, as in `make proof`, instead of a sample."""
Case = TypeVar("Case")


def sampled(cases: Sequence[Case], step: int = 2) -> Sequence[Case]:
    """Every second case or so in `make test`, and all in `make proof`."""
    return cases if EVERY else cases[::step]


CASES = settings(max_examples=EXAMPLES, deadline=None, derandomize=not EVERY)

SNIPPETS = (
    # who and what is called
    "@stgraber", "@canonical/lxd", "@", "@_", "@é", "#123", "#general", "#", "#é", "GH-12", "lxc/lxc#1", "a@b.example", "mailto:a@b.io",
    # emoji and their shortcuts
    ":smile:", ":t2:", ":lxd_logo:", ":Party-Parrot:", ":+1:t3:", ":é:", ":a.b/c:", "x:our_own:y", ":)", ";)", "8)", "8-)", "B-)", "_8-)", "<3", "</3", "^_^", "-_-", "_-_-", ":'(", ":|", ":/", ":", "::", "a:b:c",
    # code, emphasis, escapes
    "`", "``", "```", "~~~", "**", "__", "_x_", "*", "~~", "^", "^[note]", "[^1]", "\\", "\\\\", "\\`", "`a b`", "``a`b``",
    # links, pictures, options
    "[x](javascript:alert(1))", "![i](u)", "[ref]", "[a]: b", "]", "[", "](", "](http://x.io)", "<http://x.io>", "a=b", "|a=b", "=",
    "attachment", "|attachment", "|", "x|y=z", "`a|b=c`", "http://a.example/b", "www.example.org", "foo.io", "x.onion", "//x.io", "//v1.2.3", "//localhost", "://",
    # HTML, in the post and in a page
    "<b>", "</a>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--", "-->", "<![CDATA[", "]]>", "<details>", "</li>",
    "&amp;", "&#64;x", "&lt;", "&", '"', "'", '" onmouseover="x', "javascript:alert(1)",
    # blocks
    "| a | b |", "---", "===", "# ", "#", "> ", "- ", "1. ", "1) ", "+ ", "* ", "    ", "\t", "[quote]", "[details=x]", "[/details]", "[b]",
    "[/b]", "[code]", "[spoiler]", "[poll]", "[date=2023-01-01]", "[date-range from=2023-01-01]", "[ ]", "[x]", "[]", "[*]", "$x$", "$$",
    # white space, controls, what is invisible or turns
    "\n", "\r\n", "\n\n", "\u2028", "\u2029", "\x85", "\xa0", "\u3000", "\x0b", "\0", "\x07", "\x08", "\x1b[31m", "\x1b]8;;http://x.io\x1b\\",
    "\x9b31m", "\x7f", "\u200b", "\u200c", "\u200d", "\u2060", "\u202e", "\u2066", "\u2069", "\u061c", "\u200f", "\u00ad", "\ufeff",
    "\U000e0041", "\ud800", "\udfff", "\ue000", "\ue0010", "\uffff", "e\u0301", "\u0301", "Z" + "\u0334\u0301" * 20, "👩‍💻", "☺", "日本", "ﷺ",
    # the typographer's
    "(c)", "(C)", "(tm)", "(r)", "(p)", "(pa)", "...", "..", "--", "---", "->", "-->", "<-", "<->", "+-", "??", "?..", "!!!!", "?…", ",,",
    # templates, shells, TOML, workflows
    "{{ x }}", "{% raw %}", "{#", "#}", "$(rm)", "${x}", "`id`", "${{ github.token }}", "::error::x", "\n::set-output name=a::b", "%0A",
    '"""', "'''", '\\"', "#| ", "\n#| ", "\n[[highlights]]\n", "\n#>> x ~00000000", "=", "==", "%s", "%(x)s", "\\N{x}", "\\g<0>", "\\1",
    "Revert \"", "fix: ", "api: ", "Add ", " and ", "Don't crash", "BREAKING CHANGE:", "(stable-5.0)", "Fixes #1", "Release note: ",
)  # fmt: skip
WORDS = ("lxd", "Fix", "snake_case", "camelCase", "10:30:15", "v1.2.3", "std::x", " ", " ", " ")

_PIECES = st.one_of(st.sampled_from(SNIPPETS), st.sampled_from(WORDS), st.text(max_size=6), st.just(" "))
HOSTILE = st.lists(_PIECES, max_size=14).map("".join)
"""Anybody's words of some length."""
_LONG = st.tuples(st.sampled_from(SNIPPETS), st.integers(1, 65_536)).map(lambda one: one[0] * (one[1] // len(one[0])))
HOSTILE_OR_LONG = st.one_of(*([HOSTILE] * 15), _LONG)
"""… or the same thing over and over, up to 64 KiB."""
