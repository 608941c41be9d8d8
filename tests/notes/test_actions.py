"""Actions of the editor's page: each changes what it names in the notes, and no other character."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import NotesError
from weekly.files.merge import Conflict
from weekly.files.toml_edit import toml_multiline, toml_text
from weekly.files.toml_lines import nodes
from weekly.model import Kind, Person, PullRequest
from weekly.notes.actions import Action, apply
from weekly.notes.bullets import Draft
from weekly.notes.merge import merge

DRAFTS = {
    f"a/b#{number}": Draft(
        pull=PullRequest(
            repo="a/b", number=number, title=f"Title of a/b#{number}", url=f"https://github.com/a/b/pull/{number}",
            author=Person(login="ann"), merged_at=datetime(2023, 3, 28, tzinfo=UTC),
        ),
        project="B",
        kind=Kind.BUGFIX,
        group=(f"a/b#{number}",),
    )
    for number in range(1, 7)
}  # fmt: skip
REFS = tuple(DRAFTS)
ABOUT_ONE = "# Title of a/b#1, by ann: https://github.com/a/b/pull/1\n"


def act(text: str, action: str, drafts: Mapping[str, Draft] = DRAFTS, /, **values: object) -> str:
    raw = msgspec.json.encode({"action": action, **values})
    return apply(text, msgspec.json.decode(raw, type=Action), drafts)


def target(*numbers: int) -> dict[str, object]:
    return {"pulls": [f"a/b#{number}" for number in numbers]}


def test_hiding_a_bullet_takes_one_line() -> None:
    text = act("# mine\n", "set_shown", target=target(1), shown=False)
    assert text == f'# mine\n\n[pulls]\n\n{ABOUT_ONE}"a/b#1".show = false\n'
    assert act(text, "set_shown", target=target(1), shown=True) == "# mine\n\n[pulls]\n"


def test_a_suggestion_is_followed_by_what_the_editor_does() -> None:
    text = '[pulls]\n\n# about\n#"a/b#1".text = "Drafted."\n\n# two\n#"a/b#2".text = "x"\n'
    text = act(text, "set_text", target=target(1), text="Mine.")
    assert text == (
        '[pulls]\n\n# about\n#"a/b#1".text = "Drafted."\n"a/b#1".text = "Mine."\n\n# two\n#"a/b#2".text = "x"\n'
    )
    assert '"a/b#1".text = "Mine."\n"a/b#1".place = 1\n\n# two' in act(
        text, "move", target=target(1), project="B", kind="bugfix", place=1
    )


def test_what_looks_like_a_suggestion_within_a_text_is_none() -> None:
    text = "[pulls]\n\"a/b#2\".text = '''\n#\"a/b#1\".text\n'''\n"
    assert act(text, "set_shown", target=target(1), shown=False) == f'{text}\n{ABOUT_ONE}"a/b#1".show = false\n'


def test_a_text_of_several_lines_stays_readable() -> None:
    text = act("", "set_introduction", text='One "line".\n\nTwo \\ """quoted"""')
    assert text.count("\n") == 4
    assert tomllib.loads(text) == {"introduction": 'One "line".\n\nTwo \\ """quoted"""'}


def test_the_introduction_goes_before_all_tables() -> None:
    head = "# Head.\n\n# about it\n[[videos]]\nurl = 'https://x.example/'\n"
    assert act(head, "set_introduction", text="Hi.") == head.replace("# Head.\n", '# Head.\n\nintroduction = "Hi."\n')


def test_highlights_become_one_and_several_again() -> None:
    text = (
        '[[highlights]] # mine\npulls = ["#1"] # one\ntitles = ["old"]\ntext = "Both."\n\n[pulls]\n"a/b#2".place = 3\n'
    )
    joined = act(text, "merge", targets=[target(1), target(2)], text=None)
    assert joined == (
        '[[highlights]] # mine\npulls = ["a/b#1", "a/b#2"] # one\ntitles = ["Title of a/b#1", "Title of a/b#2"]\n'
        'text = "Both."\n\n[pulls]\n'
    )
    assert tomllib.loads(act(joined, "split", target=target(1, 2))) == {"pulls": {}}


def test_a_drafted_group_is_split_by_showing_each() -> None:
    group = {ref: msgspec.structs.replace(DRAFTS[ref], group=REFS[:2]) for ref in REFS[:2]}
    text = act("", "split", group, target=target(1, 2))
    assert tomllib.loads(text)["pulls"] == {"a/b#1": {"show": True}, "a/b#2": {"show": True}}


def test_the_last_move_to_a_position_wins() -> None:
    text = '[pulls]\n"a/b#1".place = 2\n"a/b#2".place = 1\n'
    text = act(text, "move", target=target(1), project="B", kind="bugfix", place=1)
    assert tomllib.loads(text) == {
        "pulls": {"a/b#2": {"place": 1}}, "highlights": [{"pulls": ["a/b#1"], "place": 1}]
    }  # fmt: skip


def test_a_bullet_that_moves_back_leaves_nothing_in_the_notes() -> None:
    text = act("", "set_project", target=target(1), project="Other")
    assert tomllib.loads(text)["pulls"] == {"a/b#1": {"project": "Other"}}
    assert act(text, "set_project", target=target(1), project="B") == "[pulls]\n"
    assert tomllib.loads(act("", "set_kind", target=target(1), kind="bugfix"))["pulls"] == {"a/b#1": {"kind": "bugfix"}}


def test_features_events_and_videos_are_added_changed_and_removed() -> None:
    text = act("", "set_feature", index=None, heading="Speed", text="Fast.", pulls=["a/b#1"])
    text = act(text, "set_feature", index=0, heading="Speed", text="Faster.", documentation="https://x.example/")
    text = act(text, "set_event", index=None, title="Meeting", first_day="2023-05-04", place="Brussels")
    text = act(text, "set_video", url="https://v.example/1", text="A video:")
    text = act(text, "set_video", url="https://v.example/1", text="A video:", shown=False)
    assert tomllib.loads(text.replace("2023-05-04", '"2023-05-04"')) == {
        "features": [{"heading": "Speed", "text": "Faster.", "documentation": "https://x.example/"}],
        "events": [{"title": "Meeting", "first_day": "2023-05-04", "place": "Brussels"}],
        "videos": [{"url": "https://v.example/1", "text": "A video:", "show": False}],
    }
    text = act(act(text, "set_feature", index=0, heading=""), "set_event", index=0, title="")
    assert set(tomllib.loads(text)) == {"videos"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[pulls]\n"#1".show = false # why\n', "[pulls]\n# why\n"),
        ('[[highlights]] # one\n# two\npulls = [\n  "#1", # three\n]\nplace = 1 # four', "# one\n# two\n# four"),
        ('pulls = { "#1".show = false, "#1".place = 1, "#2".place = 1 }', 'pulls = { "#2".place = 1 }'),
        ('pulls = { "#2".place = 1, "#1".place = 1 } # why', 'pulls = { "#2".place = 1 } # why'),
        ('highlights = [ # why\n  # one\n  { pulls = ["#1"], place = 1 }, # two\n]\n', "highlights = [ # why\n  # one\n  # two\n]\n"),
        ("highlights = [{ pulls = ['#2'] }, { pulls = ['#1'] }]", "highlights = [{ pulls = ['#2'] }, ]"),
    ],
)  # fmt: skip
def test_a_note_goes_and_its_comments_stay(before: str, after: str) -> None:
    assert act(before, "reset", target=target(1)) == after


def test_notes_of_pull_requests_that_become_one_bullet_go() -> None:
    blocks = [f'[[highlights]]\npulls = ["a/b#{number}"]\nplace = {number}\n' for number in (1, 2, 3, 4)]
    text = act("".join(blocks), "merge", targets=[target(3), target(1), target(2)], text="All.")
    assert tomllib.loads(text)["highlights"] == [
        {"pulls": ["a/b#3", "a/b#1", "a/b#2"], "place": 3, "text": "All."},
        {"pulls": ["a/b#4"], "place": 4},
    ]


@pytest.mark.parametrize(
    ("text", "action", "values", "message"),
    [
        ("a = ", "set_introduction", {"text": "x"}, "not TOML"),
        ("", "set_text", {"target": {"note": 0}, "text": "x"}, "no highlight 0"),
        ("", "set_event", {"index": 2, "title": "x"}, "no events 2"),
        ("", "set_event", {"index": None, "title": "x"}, "first_day"),
        ("", "merge", {"targets": [{"note": 0}], "text": None}, "only highlights with pull requests"),
    ],
)
def test_an_action_that_is_impossible_says_why(text: str, action: str, values: dict[str, object], message: str) -> None:
    with pytest.raises(NotesError, match=message):
        act(text, action, **values)


# Any file and any action.

COMMENT = st.sampled_from(["", "# by hand", "# \u2028 odd", '#"a/b#1".text = "x"', "# [pulls]", '#| pulls = ["x"]'])
SPACE = st.sampled_from(["", " ", "\t "])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip)
LITERAL = st.sampled_from(["'a # ]}'", "'''\n[x]\n'''", '"\\"]"', '"""a""""'])
TEXT = st.one_of(LITERAL, WORDS.map(toml_text), WORDS.map(lambda text: toml_multiline(f"{text}\n{text}")))
VALUES = st.fixed_dictionaries(
    {"place": st.sampled_from("123")},
    optional={"text": TEXT, "kind": st.just("'improvement'"), "show": st.just("false"), "project": st.just('"B"')},
)


def pairs(values: dict[str, str]) -> list[str]:
    return [f"{key} = {value}" for key, value in values.items()]


def inline(values: dict[str, str]) -> str:
    return f"{{ {', '.join(pairs(values))} }}"


@st.composite
def under_pulls(draw: st.DrawFn, noted: dict[str, dict[str, str]]) -> tuple[list[str], list[list[str]]]:
    """Write notes under `pulls`, as lines for the top and as blocks."""
    dotted = [f'"{names}".{line}' for names, values in noted.items() for line in pairs(values)]
    form = draw(st.sampled_from(["header", "headers", "dotted", "inline"]))
    if form == "header":
        lines = [f"{draw(SPACE)}{line} {draw(COMMENT)}" for line in draw(st.permutations(dotted))]
        return [], [["[pulls]", *lines, draw(COMMENT)]]
    if form == "headers":
        return [], [[f'[pulls . "{names}"]', draw(COMMENT), *pairs(values)] for names, values in noted.items()]
    if form == "dotted":
        return [f"pulls.{line}" for line in dotted], []
    tables = {f'"{names}"': inline(values) for names, values in noted.items()}
    return [f"pulls = {inline(tables)}{draw(COMMENT)}"], []


@st.composite
def under_highlights(draw: st.DrawFn, notes: list[dict[str, str]]) -> tuple[list[str], list[list[str]]]:
    """Write notes under `highlights`, as lines for the top and as blocks."""
    form = draw(st.sampled_from(["blocks", "lines", "line"]))
    if form == "blocks":
        return [], [[f"[[highlights]]{draw(COMMENT)}", *pairs(note), draw(COMMENT)] for note in notes]
    if form == "lines":
        return ["highlights = [", *(f"  {inline(note)},{draw(COMMENT)}" for note in notes), draw(COMMENT), "]"], []
    return [f"highlights = [{', '.join(map(inline, notes))}]"], []


@st.composite
def notes_files(draw: st.DrawFn) -> str:
    """Write notes in any of TOML's forms, with any spacing."""
    one, two, three, four, *_ = draw(st.permutations(REFS))
    root, blocks = [draw(COMMENT)], [["[[features]]", "heading = 'F'", draw(COMMENT), "text = ''"]]
    if draw(st.booleans()):
        root.append(f"{draw(SPACE)}introduction{draw(SPACE)}={draw(SPACE)}{draw(TEXT)}{draw(SPACE)}{draw(COMMENT)}")
    highlights = [{"pulls": f'["{four}"]', **draw(VALUES)}, {"project": '"B"', "text": draw(TEXT)}]
    for top, tables in (
        draw(under_pulls({f"{one} {two}": draw(VALUES), three: draw(VALUES)})) if draw(st.booleans()) else ([], []),
        draw(under_highlights(highlights)) if draw(st.booleans()) else ([], []),
    ):
        root += top
        blocks += tables
    for block in draw(st.permutations(blocks)):
        root += [*block, *draw(st.sampled_from([[], [""]]))]
    text = "\n".join(root) + draw(st.sampled_from(["", "\n", "\n\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + (text.replace("\n", "\r\n") if draw(st.booleans()) else text)


def parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff"))


def bullets(text: str) -> dict[object, dict[str, Any]]:
    """Return the values of each note, by its pull requests or its index."""
    raw = parsed(text)
    notes: dict[object, dict[str, Any]] = {
        frozenset(names.split()): values for names, values in raw.get("pulls", {}).items()
    }
    for index, values in enumerate(raw.get("highlights", [])):
        pulls = frozenset(values.pop("pulls", []))
        notes[pulls or f"{values['text']}{index if values.get('kind') else ''}"] = values
    return notes


def others(text: str) -> dict[str, Any]:
    return {key: value for key, value in parsed(text).items() if key not in ("pulls", "highlights")}


@st.composite
def changes(draw: st.DrawFn, text: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return an action on a bullet, and what it changes."""
    noted = [key for key in bullets(text) if isinstance(key, frozenset)]
    named = frozenset().union(*noted)
    pulls = draw(st.sampled_from([*noted, *(frozenset([ref]) for ref in REFS if ref not in named)]))
    old = bullets(text).get(pulls, {})
    words, place = draw(WORDS), draw(st.integers(1, 3))
    move = {"kind": draw(st.sampled_from(["bugfix", "improvement"])), "project": draw(st.sampled_from("BC"))}
    drafted = {"kind": "bugfix", "project": "B"}
    moved = {
        key: None if value == drafted[key] else value
        for key, value in move.items()
        if value != old.get(key, drafted[key])
    }
    cases: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("set_text", {"text": words}, {"text": words}),
        ("set_text", {"text": None}, {"text": None}),
        ("set_kind", {"kind": "documentation"}, {"kind": "documentation"}),
        ("set_project", {"project": "C"}, {"project": "C"}),
        ("set_shown", {"shown": False}, {"show": False}),
        ("set_shown", {"shown": True}, {"show": None}),
        ("move", {**move, "place": place}, {**moved, "place": place}),
        ("reset", {}, dict.fromkeys(old)),
    ]
    name, values, changed = draw(st.sampled_from(cases))
    return name, {"target": {"pulls": sorted(pulls)}, **values}, changed


@given(st.data())
def test_an_action_changes_what_it_names_and_no_other_byte(data: st.DataObject) -> None:
    before = data.draw(notes_files())
    name, values, changed = data.draw(changes(before))
    after = act(before, name, **values)
    pulls = frozenset(values["target"]["pulls"])
    expected = bullets(before)
    values = {key: value for key, value in {**expected.pop(pulls, {}), **changed}.items() if value is not None}
    if not values and name != "reset" and len(pulls) > 1:
        values = {"show": True}
    assert bullets(after) == expected | ({pulls: values} if values else {})
    assert others(after) == others(before)
    rest = iter(map(str.strip, after.removeprefix("\ufeff").split("\n")))
    lost = [line for line in untouched(before, pulls) if line.strip() not in rest]
    assert lost == []
    assert after.startswith("\ufeff") == before.startswith("\ufeff")
    assert "\r\n" not in before or after.count("\r\n") == after.count("\n")


def untouched(text: str, pulls: frozenset[str]) -> list[str]:
    """Return the lines that have nothing of a note on these pull requests."""
    body = text.removeprefix("\ufeff")
    spans = []
    for node in nodes(body):
        is_inline_list = node.path in (("pulls",), ("highlights",)) and not node.is_header
        names = node.path[1] if len(node.path) > 1 else None
        if node.path[0] == "highlights" and isinstance(names, int):
            names = " ".join(parsed(text)["highlights"][names].get("pulls", []))
        if is_inline_list or (isinstance(names, str) and frozenset(names.split()) == pulls):
            spans.append((body.count("\n", 0, node.start), body.count("\n", 0, node.end)))
    lines = body.split("\n")
    return [
        line
        for index, line in enumerate(lines)
        if line.strip() and not any(start <= index <= end for start, end in spans)
    ]


@given(st.data())
def test_any_pull_requests_become_one_bullet_and_single_ones_again(data: st.DataObject) -> None:
    before = data.draw(notes_files())
    noted = [key for key in bullets(before) if isinstance(key, frozenset)]
    free = [frozenset([ref]) for ref in REFS if not any(ref in key for key in noted)]
    joined = data.draw(st.lists(st.sampled_from([*noted, *free]), min_size=2, max_size=4, unique=True))
    targets = [{"pulls": sorted(key)} for key in joined]
    after = act(before, "merge", targets=targets, text=data.draw(st.sampled_from([None, "Both."])))
    pulls = frozenset().union(*joined)
    kept = {key: values for key, values in bullets(before).items() if key not in joined}
    assert bullets(after).pop(pulls)
    assert {key: values for key, values in bullets(after).items() if key != pulls} == kept
    split = act(after, "split", target={"pulls": sorted(pulls)})
    assert bullets(split) == kept
    assert others(split) == others(before)


ENTRIES: list[tuple[str, dict[str, Any]]] = [
    ("set_introduction", {"text": "Two\nlines"}),
    ("set_introduction", {"text": None}),
    ("set_feature", {"index": None, "heading": "New", "text": "x", "pulls": ["a/b#1"]}),
    ("set_feature", {"index": 0, "heading": "Other", "text": "x", "documentation": "https://x.example/"}),
    ("set_feature", {"index": 0, "heading": ""}),
    ("set_event", {"index": None, "title": "E", "first_day": "2023-05-04"}),
    ("set_event", {"index": 0, "title": "F", "first_day": "2023-05-05", "last_day": "2023-05-06"}),
    ("set_video", {"url": "https://v.example/1", "text": "x"}),
    ("add_highlight", {"project": "B", "kind": "bugfix", "text": "x"}),
    ("move", {"target": {"note": 1}, "project": "B", "kind": "bugfix", "place": 1}),
    ("set_text", {"target": {"note": 1}, "text": "New"}),
    ("set_shown", {"target": {"note": 0}, "shown": False}),
    ("reset", {"target": {"note": 1}}),
]


def remarks(text: str) -> Counter[str]:
    """Count the comments that somebody wrote."""
    return Counter(re.findall(r"# by hand|# \u2028 odd|# \[pulls\]|#\| pulls", text))


@given(st.data())
def test_any_actions_in_any_order_lose_no_comment(data: st.DataObject) -> None:
    text = first = data.draw(notes_files())
    for _ in range(data.draw(st.integers(1, 6))):
        name, values = data.draw(st.sampled_from(ENTRIES)) if data.draw(st.booleans()) else data.draw(changes(text))[:2]
        try:
            text = act(text, name, **values)
        except NotesError as error:
            if "load them again" not in str(error):
                raise
    assert remarks(text) == remarks(first)
    assert text.startswith("\ufeff") == first.startswith("\ufeff")
    assert "\r\n" not in first or text.count("\r\n") == text.count("\n")


def test_lines_that_both_sides_add_at_one_position_stay() -> None:
    base = '[pulls]\n"a/b#1".place = 1\n'
    ours = act(base, "set_shown", target=target(2), shown=False)
    theirs = act(base, "set_video", url="https://v.example/", text="x")
    for merged in (merge(base, ours, theirs), merge(base, theirs, ours)):
        assert isinstance(merged, str)
        assert tomllib.loads(merged) == tomllib.loads(theirs) | tomllib.loads(ours)
    assert isinstance(merge(base, ours, ours.replace("false", "true")), Conflict)
    assert isinstance(merge(base, base + "# a", base + "# b"), Conflict)


@given(st.data())
def test_changes_on_both_sides_merge_or_conflict(data: st.DataObject) -> None:
    base = data.draw(notes_files())
    sides = []
    for _ in range(2):
        name, values, _changed = data.draw(changes(base))
        sides.append(act(base, name, **values))
    ours, theirs = sides
    merged = merge(base, ours, theirs)
    assert merge(base, ours, base) == ours
    assert merge(base, base, theirs) == theirs
    assert merge(base, ours, ours) == ours
    if isinstance(merged, Conflict):
        assert ours != theirs
        return
    counts = [
        Counter(line for line in text.splitlines(keepends=True) if line.strip())
        for text in (base, ours, theirs, merged)
    ]
    moved = lines_moved(base, ours) | lines_moved(base, theirs)
    for line in set().union(*counts):
        old, our, their, new = (count[line] for count in counts)
        if line in moved:
            assert new in (our, their)
        else:
            assert new == (our if their == old else their if our == old else new)


def lines_moved(base: str, side: str) -> set[str]:
    """Return the lines that `side` removes in one place and adds in another."""
    old, new = base.splitlines(keepends=True), side.splitlines(keepends=True)
    removed: set[str] = set()
    added: set[str] = set()
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed.update(old[start:end])
            added.update(new[new_start:new_end])
    return removed & added


def test_a_text_that_one_side_moves_and_the_other_removes_stays() -> None:
    base = (
        'pulls."a/b#1 a/b#2".kind = "improvement"\n'
        'pulls."a/b#1 a/b#2".text = """\n0\n1"""\n'
        'pulls."a/b#3".place = 1\n[[features]]\nheading = "F"\ntext = ""\n'
    )
    both = {"pulls": ["a/b#1", "a/b#2"]}
    ours = act(base, "move", target=both, kind="bugfix", project="B", place=1)
    theirs = act(base, "reset", target=both)
    for merged in (merge(base, ours, theirs), merge(base, theirs, ours)):
        assert isinstance(merged, str)
        assert tomllib.loads(merged) == tomllib.loads(ours)
