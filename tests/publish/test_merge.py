from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.desk import WEEK
from tests.support.hostile import EXAMPLES
from weekly.publish.decision import Action, RemotePost, decide
from weekly.publish.merge import Side, count_changes, diff, merge
from weekly.publish.record import Publication, Stage, Wording

BASE = "a\nb\nc\nd\ne"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ("a\nb\nc\nd\ne", "a\nb\nc\nd\ne", "a\nb\nc\nd\ne"),
        ("A\nb\nc\nd\ne", "a\nb\nc\nd\ne", "A\nb\nc\nd\ne"),
        ("a\nb\nc\nd\ne", "a\nb\nc\nd\nE", "a\nb\nc\nd\nE"),
        ("A\nb\nc\nd\ne", "a\nb\nc\nd\nE", "A\nb\nc\nd\nE"),
        ("a\nb\nX\nc\nd\ne", "a\nc\nd\ne", None),  # an insertion after a line that they took out
        ("a\nb\nc\nd\ne\nf", "z\na\nb\nc\nd\ne", "z\na\nb\nc\nd\ne\nf"),
        ("a\nb\nX\nd\ne", "a\nb\nX\nd\ne", "a\nb\nX\nd\ne"),  # both the same
        ("a\nb\nX\nd\ne", "a\nb\nY\nd\ne", None),
        ("a\nB\nc\nd\ne", "a\nb\nC\nd\ne", None),  # side by side: one may have been written for the other
        ("a\nb\nX\nc\nd\ne", "a\nb\nY\nc\nd\ne", None),  # two insertions at one place
        ("b\nc\nd\ne", "a\nb\nc\nd", "b\nc\nd"),
        ("", "a\nb\nc\nd\nE", None),
    ],
)
def test_changes_that_do_not_touch_are_merged(ours: str, theirs: str, merged: str | None) -> None:
    found = merge(BASE, ours, theirs)
    if merged is None:
        assert len(found.conflicts) == 1
    else:
        assert (found.text, found.conflicts) == (merged, ())


@pytest.mark.parametrize(
    ("after", "count"), [(BASE, 0), ("A\nb\nc\nd\nE", 2), ("a\nX\nY\nd\ne", 1), ("a\nb\nb\nc\ne", 2)]
)
def test_changes_are_counted_by_place(after: str, count: int) -> None:
    assert count_changes(BASE, after) == count


def test_each_side_may_have_its_way_in_conflicts_alone() -> None:
    ours, theirs = "a\nb\nX\nd\ne\nours", "theirs\na\nb\nY\nd\ne"
    assert merge(BASE, ours, theirs).text == "theirs\na\nb\nX\nd\ne\nours"
    assert merge(BASE, ours, theirs, side=Side.THEIRS).text == "theirs\na\nb\nY\nd\ne\nours"


def test_a_conflict_holds_all_that_touches_it() -> None:
    """Several changes of one side between those of the other are one place, shown whole."""
    base, ours, theirs = "a\nb\nc\nd\ne\nf", "a\nB\nc\nD\ne\nf", "a\nx\nf"
    found = merge(base, ours, theirs)
    (conflict,) = found.conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == (tuple("bcde"), tuple("BcDe"), ("x",))
    assert (found.text, merge(base, ours, theirs, side=Side.THEIRS).text) == ("a\nB\nc\nD\ne\nf", theirs)


def test_a_line_that_stands_often_is_a_line_like_others() -> None:
    """In a long post empty lines and rules make up a good part, and are still where both sides meet."""
    base = [line for n in range(150) for line in (f"line {n}", "")]
    ours, theirs = [*base[:40], "ours", "", *base[40:]], [*base[:240], "theirs", "", *base[240:]]
    found = merge("\n".join(base), "\n".join(ours), "\n".join(theirs))
    both = [*base[:40], "ours", "", *base[40:240], "theirs", "", *base[240:]]
    assert (found.text.split("\n"), found.conflicts) == (both, ())


def test_a_difference_is_shown_as_a_diff() -> None:
    assert diff("a\nb", "a\nc", names=("there", "here")) == "--- there\n+++ here\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    assert diff("a\nb", "a\nb", names=("there", "here")) == ""
    assert diff("", "a", names=("there", "here")) == "--- there\n+++ here\n@@ -0,0 +1 @@\n+a\n"


LINES = st.lists(st.sampled_from("abcdefg"), max_size=9)


@settings(max_examples=8 * EXAMPLES, deadline=None)
@given(LINES, LINES, LINES)
def test_a_merge_loses_no_added_line(base: list[str], ours: list[str], theirs: list[str]) -> None:
    """Without a conflict every added line is there, and none more often than both sides have it.

    A line that both sides move to different positions appears at both.
    """
    found = merge("\n".join(base), "\n".join(ours), "\n".join(theirs))
    swapped = merge("\n".join(base), "\n".join(theirs), "\n".join(ours))
    assert bool(found.conflicts) == bool(swapped.conflicts)
    if found.conflicts:
        return
    assert found.text == swapped.text
    counts = [Counter("\n".join(lines).split("\n")) for lines in (base, ours, theirs)]
    merged = Counter(found.text.split("\n"))
    for line in set().union(*counts):
        was, our, their = (count[line] for count in counts)
        assert merged[line] <= our + their
        assert was or merged[line] >= max(our, their)


# A history of updates and edits --------------------------------------------------------------------------------------

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["generate", "edit"]),
        st.lists(
            st.tuples(st.sampled_from(["insert", "delete", "replace"]), st.integers(0, 30)), min_size=1, max_size=3
        ),
    ),
    max_size=8,
)


class Forum:
    """A stand-in in memory: what we make, what stands, what is kept; every line written is unlike any other."""

    def __init__(self) -> None:
        self.generated = [f"line {number}" for number in range(8)]
        self.standing = RemotePost(wording=self.ours, url="", version=1, is_untouched=True)
        self.known: Publication | None = self.kept()
        self.written = 0
        self.theirs: set[str] = set()
        self.removed: set[str] = set()

    @property
    def ours(self) -> Wording:
        return Wording(title="T", text="\n".join(self.generated))

    def kept(self) -> Publication:
        return Publication(
            week=WEEK,
            target="",
            stage=Stage.PUBLISHED,
            remote=self.standing.wording,
            generated=self.ours,
            stored_title="T",
        )

    def change(self, lines: list[str], whose: str, how: str, where: int) -> list[str]:
        self.written += 1
        place = where % (len(lines) + 1)
        fresh = [] if how == "delete" else [f"{whose} {self.written}"]
        if whose == "theirs":
            self.theirs.update(fresh)
        gone = lines[place : place + (how != "insert")]
        if whose == "theirs":
            self.theirs -= set(gone)
            self.removed |= set(gone) - {""}  # a text that is all gone has no line
        return [*lines[:place], *fresh, *lines[place + len(gone) :]]

    def edit(self, how: str, where: int) -> None:
        lines = self.change(self.standing.wording.text.split("\n"), "theirs", how, where)
        self.standing = RemotePost(wording=Wording(title="T", text="\n".join(lines).rstrip()), url="", version=2)


@settings(max_examples=8 * EXAMPLES, deadline=None)
@given(CHANGES)
@example([("generate", [("delete", 0)] * 3), ("generate", [("delete", 0)] * 3), ("edit", [("delete", 0)] * 3)])
def test_no_history_of_updates_and_edits_loses_a_line_without_a_conflict(
    history: list[tuple[str, list[tuple[str, int]]]],
) -> None:
    forum = Forum()
    for who, changes in history:
        for how, where in changes:
            if who == "edit":
                forum.edit(how, where)
            else:
                forum.generated = forum.change(forum.generated, "ours", how, where)
        decision = decide(forum.ours, forum.standing, forum.known)
        if decision.action is Action.CONFLICT:
            return  # it stops here until somebody decides
        forum.standing = RemotePost(wording=decision.wording, url="", version=2)
        forum.known = forum.kept()
        standing = forum.standing.wording.text.split("\n")
        assert forum.theirs <= set(standing), "somebody's words are gone"
        assert set(forum.generated) - forum.removed <= set(standing), "our words are gone"
        assert not forum.removed & set(standing), "what somebody took out is back"
        assert set(standing) - forum.theirs <= set(forum.generated) | {""}, "what we took out is still there"
