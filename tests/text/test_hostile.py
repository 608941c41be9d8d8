"""Any text in any place: nobody is notified, nothing is active, no neighbour is swallowed, and readers see what was written.

Each property is tried on a replica of the forum's rules (tests/forum), by markdown-it-py and by markdown-it itself, which
`make proof` installs for node. It runs ten thousand cases of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.forum.cooking import LACKS, Cook, Cooked, by_node, by_python, straight
from tests.support.hostile import CASES, HOSTILE, HOSTILE_OR_LONG
from weekly.text.markdown import MAX_TITLE, bare, bullet, code_spans, escape, harmless, heading, link, normalise

SITE = "https://x.example/"
URL = "https://github.com/canonical/lxd/pull/1"
PLAIN_TAGS = {"ul", "li", "p", "code"}


@pytest.fixture(scope="module", params=["markdown-it-py", pytest.param("markdown-it", marks=pytest.mark.node)])
def cook(request: pytest.FixtureRequest) -> Iterator[Cook]:
    """The forum's rules by either parser."""
    if request.param == "markdown-it-py":
        yield by_python()
        return
    if LACKS:
        (pytest.fail if request.config.getoption("--need-node") else pytest.skip)("; ".join(LACKS))
    with by_node() as made:
        yield made


def plain(title: str) -> str:
    """The title without the backticks of its code spans."""
    return "".join(piece for piece, _ in code_spans(title))


def proven(made: str, cooked: Cooked, words: str, tags: set[str] = PLAIN_TAGS) -> None:
    """Three blocks stand, the second with these words; there is nothing else, and nothing active."""
    assert set(cooked.tags) <= tags, made
    assert [straight(block.text) for block in cooked.blocks] == ["before", straight(words), "after"], made
    assert cooked.active() == [], made
    assert {name for name, _ in cooked.attributes} <= {"a.href"}, made


# Texts that once came through, or that the rules nearly let through.
KNOWN = (
    "`a``` b`", "\\`x`", "x" * 70_000, "a (pa) b", "a|b=c", "a=b|c", "`x|y=z` a", "attachment", "|attachment", "attachment|", "_8-) x",
    "_<3", "[date=2023-01-01]", "[date-range from=a to=b] x", "[ ] a [x] b", "a -> b <- c <-> d --> e", "?…", "\u061ca", "\U000e0041",
    " " * 2_000 + "a", "\0" * 2_000 + "a", "a" + " " * 2_000 + "b", "^[note]", "@\u0301x", "x\n[quote]\ny", "//v1.2.3", "a //localhost", "//10.0.0.1/x",
)  # fmt: skip


@CASES
@given(title=HOSTILE_OR_LONG)
def test_a_title_in_a_link(cook: Cook, title: str) -> None:
    made = f"- before\n{bullet(link(title, URL))}\n- after\n"
    cooked = Cooked(cook(made))
    proven(made, cooked, plain(normalise(title)) or "…", {*PLAIN_TAGS, "a"})
    assert cooked.links == [URL]
    assert cooked.tags.count("li") == 3


@CASES
@given(title=HOSTILE_OR_LONG, url=st.sampled_from(["", "javascript:alert(1)", "data:text/html,x", "//x.io", "http:x"]))
def test_a_title_whose_address_is_none(cook: Cook, title: str, url: str) -> None:
    made = f"- before\n{bullet(link(title, url))}\n- after\n"
    proven(made, Cooked(cook(made)), plain(normalise(title)) or "…")


@CASES
@given(rest=HOSTILE)
@example(rest="\x7f")
def test_an_address_of_anybodys(cook: Cook, rest: str) -> None:
    made = f"- before\n- {link('words', f'{SITE}{rest}')}, place\n- after\n"
    cooked = Cooked(cook(made))
    proven(made, cooked, "words, place", {*PLAIN_TAGS, "a"})
    assert len(cooked.links) == 1
    assert cooked.links[0].startswith(SITE)


@CASES
@given(rest=HOSTILE)
@example(rest="\u2028@stgraber")
@example(rest="a.")
def test_an_address_that_stands_alone(cook: Cook, rest: str) -> None:
    """As a video does: all of it is one link, or the forum would not embed it, and would read the rest."""
    cooked = Cooked(cook(f"before\n\n{bare(f'{SITE}{rest}')}\n\nafter\n"))
    assert [block.tag for block in cooked.blocks] == ["p"] * 3
    assert all(run.in_link for run in cooked.runs if run.text.strip() not in ("before", "", "after"))
    assert len(cooked.links) == 1
    assert cooked.links[0].startswith(SITE)


@CASES
@given(title=HOSTILE)
def test_a_title_in_running_text(cook: Cook, title: str) -> None:
    made = f"- before\n{bullet(title)}\n- after\n"
    cooked = Cooked(cook(made))
    proven(made, cooked, plain(harmless(title)))
    assert cooked.tags.count("li") == 3


@CASES
@given(title=HOSTILE, level=st.integers(1, 6))
def test_a_title_in_a_heading(cook: Cook, title: str, level: int) -> None:
    made = f"before\n\n{heading(title, level)}\n\nafter\n"
    cooked = Cooked(cook(made))
    proven(made, cooked, plain(harmless(title)), {"p", "code", f"h{level}"})
    assert cooked.blocks[1].tag == f"h{level}"


@CASES
@given(title=HOSTILE)
def test_a_paragraph_of_its_own(cook: Cook, title: str) -> None:
    """As the introduction stands."""
    made = f"before\n\n{escape(title)}\n\nafter\n"
    words = plain(harmless(title))
    cooked = Cooked(cook(made))
    assert [straight(block.text) for block in cooked.blocks] == ["before", *filter(None, [straight(words)]), "after"]
    assert set(cooked.tags) <= {"p", "code"}
    assert cooked.active() == []


@CASES
@given(title=HOSTILE, other=HOSTILE)
def test_two_titles_next_to_each_other(cook: Cook, title: str, other: str) -> None:
    """As an event and its place."""
    made = f"- before\n- 3rd April: {link(title, URL)}, {escape(other)}\n- after\n"
    words, neighbour = plain(normalise(title)) or "…", plain(harmless(other))
    words = f"3rd April: {words}, {neighbour}" if neighbour else f"3rd April: {words},"
    proven(made, Cooked(cook(made)), words, {*PLAIN_TAGS, "a"})


@pytest.mark.parametrize("name", [":smile:", ":lxd_logo:", ":LXD-Logo:", ":+1:t3:", ":of.our/own:", ":é:"])
@pytest.mark.parametrize(
    "around", ["{}", "a{}b", "({})", "`{}`", "`a`{}`b`", "`a {}` {}", ":{}", "{}:", "{}{}", "[{}](x)", "x: {}"]
)
def test_no_emoji_of_a_forums_own(cook: Cook, around: str, name: str) -> None:
    """In running text, the text of a link and next to code; within code the forum makes none."""
    title = around.replace("{}", name)
    assert Cooked(cook(title)).active() or "`" in around, "or the replica would let all through"
    for made in (bullet(title), bullet(link(title, URL)), heading(title, 2), escape(title)):
        assert Cooked(cook(made)).active() == [], made
        assert plain(title) in Cooked(cook(made)).text


@pytest.mark.parametrize("title", KNOWN)
def test_known_texts(cook: Cook, title: str) -> None:
    short = title[:MAX_TITLE]
    once(test_a_title_in_a_link, cook, title)
    once(test_a_title_whose_address_is_none, cook, title, "")
    once(test_a_title_in_running_text, cook, short)
    once(test_a_title_in_a_heading, cook, short, 2)
    once(test_a_paragraph_of_its_own, cook, short)
    once(test_two_titles_next_to_each_other, cook, short, short)


def once(test: Any, *values: object) -> None:
    """One case of a property."""
    test.hypothesis.inner_test(*values)


@pytest.mark.parametrize(
    ("post", "found"),
    [
        ("thanks @stgraber", ["@s"]),
        ("in #general", ["#g"]),
        ("a :smile: b", [":smile:"]),
        ("[a :) b](https://x.io)", [":)"]),
        ("_8-)", ["8-)"]),
        ("\\[date=2023-01-01]", ["[date=2023-01-01]"]),
        ("\\[x] done", ["[x]"]),
        ("[a\\|b=c](https://x.io)", ["|b="]),
        ("[`a|b=c`](https://x.io)", ["|b="]),
        ("`@stgraber :)` [@stgraber](https://x.io)", []),
    ],
)
def test_the_replica_sees_what_is_active(cook: Cook, post: str, found: list[str]) -> None:
    assert Cooked(cook(post)).active() == found


@pytest.mark.parametrize(
    ("post", "html"),
    [
        ("a [b]c[/b]", "<p>a <bbcode>[b]</bbcode>c<bbcode>[/b]</bbcode></p>\n"),
        ("a\n[quote]\nb", "<p>a</p>\n<bbcode>[quote]</bbcode><p>b</p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("see foo.io", '<p>see <a href="http://foo.io">foo.io</a></p>\n'),
        ("(pa) -> ... 'a'", "<p>¶ → … ‘a’</p>\n"),
        ("<b>a</b>", "<p><b>a</b></p>\n"),
        ("a | b\n---|---\n1 | 2", None),
    ],
)
def test_the_replica_has_the_rules(cook: Cook, post: str, html: str | None) -> None:
    assert cook(post) == html if html else "table" in Cooked(cook(post)).tags


@pytest.mark.node
@CASES
@given(title=HOSTILE)
def test_both_parsers_agree(both: tuple[Cook, Cook], title: str) -> None:
    """On what we make of any text, byte for byte."""
    made = f"{heading(title, 2)}\n\n{escape(title)}\n\n- {link(title, URL)}\n- {escape(title)}, {link(title, '')}\n"
    python, node = both
    assert python(made) == node(made)


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest) -> Iterator[tuple[Cook, Cook]]:
    if LACKS:
        (pytest.fail if request.config.getoption("--need-node") else pytest.skip)("; ".join(LACKS))
    with by_node() as node:
        yield by_python(), node


@CASES
@given(text=st.one_of(HOSTILE_OR_LONG, st.text()))
@example(text="\ud800\udc00")
def test_harmless_is_harmless(text: str) -> None:
    made = harmless(text)
    assert made == harmless(made), "twice is once"
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", made
    )
    made.encode()


@CASES
@given(text=HOSTILE_OR_LONG)
def test_what_is_too_long_is_cut_and_says_so(text: str) -> None:
    whole, made = harmless(text), normalise(text)
    assert len(made) <= MAX_TITLE
    assert made == normalise(made), "twice is once"
    assert made == whole if len(whole) <= MAX_TITLE else made.endswith("…")
    assert whole.startswith(made.removesuffix("…"))


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% include 'x' %}", "$(touch x)", "`id`"])
def test_templates_and_shells_are_just_words(cook: Cook, text: str) -> None:
    assert Cooked(cook(escape(text))).text == plain(harmless(text))
