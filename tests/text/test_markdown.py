"""Titles against the forum's rules: what a reader sees is what was written, and nothing of it is active."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from weekly.text import markdown
from weekly.text.markdown import (
    GUARD,
    MAX_TITLE,
    Markdown,
    bare,
    bullet,
    code_spans,
    escape,
    heading,
    link,
    normalise,
    printable,
    remarked,
    shortened,
    trusted,
)

URL = "https://github.com/canonical/lxd/pull/1"
FORUM = MarkdownIt("js-default", {"html": True, "breaks": True, "linkify": True, "typographer": True})

TITLES = [
    "lxd/api: Don't crash by passing a nil localConfig",
    "Migration: Removes unnecessary concept of src/dest `migrationFields` from `migrationSink`",
    "ping @stgraber and @canonical/lxd about #123 and #general",
    "a :smile: and :) and ;) and 8) and <3 and ^_^ and -_-",
    "std::string, 10:30:15, lxc:foo",
    "see foo.io, www.example.org, http://a.example/b?c=d and mail a@b.example",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> </a>",
    "[x](javascript:alert(1)) ![i](u) [ref] [a]: b",
    "[quote=a]b[/quote] [details] [poll] [b]bold[/b]",
    "**bold** _em_ __init__ snake_case_name ~~gone~~ ^up^ $x$",
    '# heading', "#11490: later", "- item", "+ item", "* item", "1. one", "2) two", "> quote", "---", "===", "| a | b |",
    "```fence", "~~~fence", "    indented",
    "wait... what -- really --- (c) (r) (tm) +- ?? !!!! ,, \"quoted\" 'single'",
    "trailing backslash \\", "odd ` backtick", "`a` and ``b`c`` and ``` d", "`` ` ``", "`[x](y)` @a",
    "&amp; &lt;b&gt; &#64;x", "|x=y|", "a\\*b\\*", "{{ jinja }} {% raw %} ${shell} $(rm -rf)",
    "emoji 👩‍💻 and ünïcödé and 日本語",
]  # fmt: skip


def visible(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", FORUM.render(markup))).replace(GUARD, "").strip()


def expected(title: str) -> str:
    """The text that readers see. The forum curls the apostrophes within words."""
    text = "".join(piece for piece, _ in code_spans(normalise(title)))
    return re.sub(r"(?<=[^\W_])'(?=[^\W_])", "’", text)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("don't", "don't"),
        ("the 'x' key", "the \\'x\\' key"),
        ("hosts' names", "hosts\\' names"),
        ('say "hi"', 'say \\"hi\\"'),
    ],
)
def test_only_apostrophes_within_words_stand_as_they_are(text: str, markup: str) -> None:
    assert escape(text) == markup


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_read_as_it_was_written(title: str) -> None:
    assert visible(f"- {escape(title)}") == expected(title)
    assert visible(f"- {link(title, URL)}") == expected(title)


@pytest.mark.parametrize("title", TITLES)
def test_nothing_of_a_title_is_active(title: str) -> None:
    running, linked = FORUM.render(f"- {escape(title)}"), FORUM.render(f"- {link(title, URL)}")
    assert set(re.findall(r"<(\w+)", running)) <= {"ul", "li", "code"}
    assert set(re.findall(r"<(\w+)", linked)) <= {"ul", "li", "code", "a"}
    assert re.findall(r'href="([^"]*)"', linked) == [URL]
    text = re.sub(r"<code>.*?</code>", "", running)
    assert not re.search(r"(?:^|\W)[@#]\w", text)
    assert not re.search(r":[\w+-]+:", html.unescape(text))


def test_code_spans_of_a_title_are_kept() -> None:
    assert escape("Drop `a_b` and `*`") == "Drop `a_b` and `*`"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a `b` c", [("a ", False), ("b", True), (" c", False)]),
        ("`a`", [("a", True)]),
        ("`` a ` b ``", [("a ` b", True)]),
        ("` a`", [(" a", True)]),  # a space on one side alone is a part of it
        ("`a `", [("a ", True)]),
        ("`  a  `", [(" a ", True)]),
        ("` ` and `b`", [("` ` and ", False), ("b", True)]),  # nothing but space is no code; what follows may be
        ("`x`y", [("x", True), ("y", False)]),
        ("no code", [("no code", False)]),
        ("", []),
    ],
)
def test_code_spans_are_cut_out(text: str, pieces: list[tuple[str, bool]]) -> None:
    assert code_spans(text) == pieces


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("`` a` ``", "`` a` ``"),
        ("`` `a ``", "`` `a ``"),
        ("` a`", "` a`"),
        ("`a `", "`a `"),
        ("` a` b", "` a` b"),
    ],
)
def test_a_code_span_keeps_its_spaces_and_backticks(text: str, markup: str) -> None:
    assert escape(text) == markup


def test_what_is_just_short_enough_is_whole() -> None:
    assert [shortened("abc def", most) for most in (8, 7, 6, 5, 4, 1)] == [
        "abc def",
        "abc def",
        "abc d…",
        "abc…",
        "abc…",
        "…",
    ]
    assert normalise("x" * MAX_TITLE) == "x" * MAX_TITLE


def test_an_address_is_quoted_by_its_bytes() -> None:
    assert link("a", "https://a.example/é<(b") == "[a](<https://a.example/%C3%A9%3C(b>)"
    assert link("a", "https://a.example/b)") == "[a](<https://a.example/b)>)"
    assert link("a", "https://a.example/\ud800") == "[a](https://a.example/%3F)"


def test_a_heading_may_end_in_signs_of_its_own() -> None:
    assert heading("C #", 2) == "## C \\#"
    assert heading("# F## is ##", 2).count("\\#") >= 2
    assert heading("plain", 3) == "### plain"
    assert heading(Markdown("Mine #"), 2) == "## Mine #", "the editor's words are the editor's"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("two\nlines\r\n and\ttabs", "two lines and tabs"),
        ("nul\0 bell\a escape\x1b[31m", "nul bell escape[31m"),
        ("right\u202eto\u2066left\u2069", "righttoleft"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("x" * 400, "x" * (MAX_TITLE - 1) + "…"),
        ("", ""),
        (" \u2028 \u00a0 ", ""),
    ],
)
def test_normalise_makes_text_harmless(text: str, seen: str) -> None:
    assert normalise(text) == seen


def test_a_terminal_is_given_lines_and_no_commands() -> None:
    text = "one\n\ttwo  \x1b[31mred\x1b]8;;http://x.io\x07\r over \x9b1m\u202e \ud800\x85 end\n"
    assert printable(text) == "one\n\ttwo  [31mred]8;;http://x.io  over 1m \ufffd  end\n"


def test_a_link_goes_to_the_web_or_nowhere() -> None:
    assert link("a", "javascript:alert(1)") == "a"
    assert link("a", "") == "a"
    assert link("", URL) == f"[…]({URL})"
    assert 'href="https://a.example/b_(c)%22"' in FORUM.render(link("a", 'https://a.example/b_(c)"'))
    assert 'href="https://a.example/%20x"' in FORUM.render(link("a", "https://a.example/ x"))


def test_markdown_is_passed_on_and_words_are_not() -> None:
    assert trusted(Markdown("**@stgraber**")) == "**@stgraber**"
    assert trusted("**") == "\\*\\*"
    assert heading(Markdown("*x*"), 2) == "## *x*"
    assert bullet("- a\n- b") == "- \\- a - b"
    assert bullet(Markdown("one\n\ntwo\n")) == "- one\n\n  two"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.youtube.com/watch?v=6NCLnd5_guQ", "https://www.youtube.com/watch?v=6NCLnd5_guQ"),
        ("https://www.youtube.com/watch?v=_a_-b_cdef_", "https://www.youtube.com/watch?v=_a_-b_cdef_"),
        ("https://a.example/*x*<b>", "https://a.example/%2Ax%2A%3Cb%3E"),
        ("https://a.example/x y\n# z", "https://a.example/x%20y%0A#%20z"),
        ("javascript:alert(1)", None),
        ("@everyone", None),
    ],
)
def test_a_bare_address_stands_alone_on_its_line(url: str, shown: str | None) -> None:
    """Protects the embedding of videos: one line, one link, all of it."""
    made = bare(url)
    page = MarkdownIt("js-default", {"html": True, "breaks": True, "linkify": True, "typographer": True}).render(made)
    assert page.count("<a ") == (shown is not None)
    assert "\n" not in made
    if shown:
        assert f'<p><a href="{shown}">' in page
    else:
        assert made == escape(url)


@given(
    text=st.lists(
        st.sampled_from("aB81_c.:;@#<^-+=|[]()`,?!$ …ép") | st.sampled_from(("attachment", "(c)")), max_size=12
    ).map("".join)
)
@example(text="attachment")
@example(text="- a")
@example(text="1. a")
@example(text="a, b,")
def test_the_quick_look_at_a_text_misses_nothing(text: str) -> None:
    """Most titles have no sign that does anything, and are passed by; any other goes by the rules as ever."""
    for place in (markdown._RUNNING, markdown._IN_LINK):
        assert markdown._escaped(text, place) == markdown._by_rules(text, place)


def test_a_remark_is_escaped_in_markdown_only() -> None:
    assert remarked("One *star*. Two.", "a*b") == "One *star* (a*b). Two."
    assert remarked(Markdown("One *star*:\n- two."), "a*b") == Markdown("One *star* (a\\*b):\n- two.")
    assert remarked("Added `a. B`, e.g. for c. Two.", "d") == "Added `a. B`, e.g. for c (d). Two."
    assert remarked("One", "") == "One"
