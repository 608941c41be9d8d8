"""The editor's week: draft, edit, draft again, check, and the post that comes of it."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable

import msgspec
import pytest

from tests.conftest import ROOT, Weekly
from tests.notes.test_draft import uncommented
from tests.support.github import Hub
from tests.support.server import Server

WEEK = ("--week", "2023-03-27")


@pytest.fixture
def archived(archived: Weekly) -> Weekly:
    """The project before anybody wrote notes."""
    shutil.rmtree(archived.folder / "weeks")
    return archived


def online(weekly: Weekly, server: Server) -> Weekly:
    weekly.environment = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": "t0ken"}
    return weekly


def test_a_draft_changes_nothing_about_the_post(archived: Weekly) -> None:
    before = archived("render", *WEEK).out
    ran = archived("draft", *WEEK)
    assert (ran.code, ran.out) == (0, "")
    assert "weeks/2023-03-27.toml: added: introduction, canonical/lxd#" in ran.err
    text = (archived.folder / "weeks" / "2023-03-27.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text) == {"pulls": {}}
    assert archived("render", *WEEK).out == before
    assert "no new suggestions" in archived("draft", *WEEK).err


def test_every_suggestion_uncommented_gives_the_same_post(archived: Weekly) -> None:
    """What is suggested is what stands: taking all of it over changes no word."""
    before = archived("render", *WEEK).out
    archived("draft", *WEEK)
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.write_text(uncommented(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert archived("render", *WEEK).out == before
    assert archived("check", *WEEK).code == 0


@pytest.mark.parametrize(
    ("notes", "introduction"),
    [
        ("", "a focus on migration and support for `disk-kvm.img.vcdiff` in LXD."),
        ('[pulls."#11514"]\nshow = false\n', "a focus on migration in LXD."),
        ('[pulls."#11514"]\nkind = "bugfix"\n', "a focus on migration in LXD."),
        (
            '[pulls."#11514"]\ntext = "My words."\n',
            "a focus on migration and support for `disk-kvm.img.vcdiff` in LXD.",
        ),
        ('introduction = "Mine."\n[pulls."#11514"]\nshow = false\n', "Mine."),
    ],
)
def test_the_introduction_names_what_the_editor_shows(archived: Weekly, notes: str, introduction: str) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.parent.mkdir()
    path.write_text(notes, encoding="utf-8")
    text = archived("render", *WEEK).out.partition("# Introduction\n\n")[2]
    assert text.split("\n")[0].endswith(introduction)


def test_the_editors_kind_is_explained_everywhere(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.parent.mkdir()
    path.write_text('[pulls."#11514"]\nkind = "bugfix"\n', encoding="utf-8")
    out = archived("explain", "2023-03-27", "#11514").out
    assert "kind: bugfix, sure" in out
    assert "You chose the kind in weeks/2023-03-27.toml:1." in out


def test_five_drafts_over_a_changing_week_lose_not_a_byte(weekly: Weekly, github: Server, hub: Hub) -> None:
    path = weekly.folder / "weeks" / "2023-03-27.toml"
    everything = list(hub.pulls)
    online(weekly, github)("gather", *WEEK)
    weekly("draft", *WEEK)
    edits: list[Callable[[str], str]] = [
        lambda text: text.replace("#introduction =", "introduction ="),
        lambda text: text.replace("Added support for", "Now supports"),
        lambda text: text + "# a word to myself  \n",
        lambda text: text.replace('#"canonical/lxd#11526"', '"canonical/lxd#11526"'),
    ]
    states = [
        [pull for pull in everything if pull.number != 11526],
        [msgspec.structs.replace(pull, title=pull.title + " again") for pull in everything],
        [pull for pull in everything if pull.number not in (11519, 11529)],
        everything,
    ]
    for edit, pulls in zip(edits, states, strict=True):
        before = edit(path.read_text(encoding="utf-8"))
        path.write_text(before, encoding="utf-8")
        hub.pulls = list(pulls)
        assert weekly("gather", *WEEK, "--refresh").code == 0
        ran = weekly("draft", *WEEK)
        assert ran.code == 0, ran.err
        rest = iter(path.read_text(encoding="utf-8").splitlines())
        assert [line for line in before.splitlines() if line not in rest] == []
    text = path.read_text(encoding="utf-8")
    assert "\nintroduction = " in text
    assert "Now supports `disk-kvm.img.vcdiff`" in text
    assert "# a word to myself  \n" in text
    assert text.count('"canonical/lxd#11529"') == 1


def test_drift_is_reported_with_its_line(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('# mine\n[[highlights]]\npulls = ["#11514"]\ntitles = ["Old"]\ntext = "Mine."\n')
    ran = archived("check", *WEEK)
    assert ran.code == 0
    assert "warning: weeks/2023-03-27.toml:2: canonical/lxd#11514 was 'Old' when this was written" in ran.out
    assert "- Mine.\n" in archived("render", *WEEK).out


def test_a_wrong_note_is_an_error_and_draft_leaves_it_alone(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('[[highlights]]\npuls = ["#11514"]\n')
    for command in ("render", "draft", "check", "explain"):
        ran = archived(command, *WEEK)
        assert ran.code == 2
        assert "2023-03-27.toml:2: highlights[0]: unknown key 'puls'; did you mean 'pulls'?" in ran.err
    assert path.read_text() == '[[highlights]]\npuls = ["#11514"]\n'


def test_explain_tells_what_the_editor_changed(archived: Weekly) -> None:
    shutil.copytree(ROOT / "tests" / "golden" / "lxd-edited" / "weeks", archived.folder / "weeks")
    out = archived("explain", *WEEK, "#11525").out
    assert "editor: text, which was: No longer uses notify for targetting." in out
    assert "(weeks/2023-03-27.toml:" in out
    assert "editor: left out of the highlights" in archived("explain", *WEEK, "canonical/charm-lxd#103").out


def test_title_number_and_blocks_are_the_editors(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('number = 7\n[blocks."Job openings"]\ntext = "None *this* week."\n')
    assert '"title": "Weekly status #7"' in archived("render", *WEEK, "--format", "json").out
    assert "## Job openings\n\nNone *this* week.\n" in archived("render", *WEEK).out
    path.write_text('[blocks."Job opening"]\nshow = false\n')
    ran = archived("render", *WEEK)
    assert ran.code == 2
    assert "there is no block 'Job opening'; did you mean 'Job openings'?" in ran.err


def test_check_finds_what_would_embarrass(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('introduction = "TODO write this, see [docs] (https://a.example)"\n')
    ran = archived("check", *WEEK)
    assert ran.code == 1
    assert "error: line 5: 'TODO' looks like a placeholder [placeholder]" in ran.out
    assert "[broken-link]" in ran.out


@pytest.mark.parametrize("name", ["2023-03-29", "2023-3-27"])
def test_notes_that_are_not_named_by_the_monday_are_reported(archived: Weekly, name: str) -> None:
    folder = archived.folder / "weeks"
    folder.mkdir()
    (folder / f"{name}.toml").write_text('introduction = "Mine."\n', encoding="utf-8")
    (folder / "2023-03.toml").write_text('introduction = "The month\'s."\n', encoding="utf-8")
    (folder / "ideas.toml").write_text("", encoding="utf-8")
    message = f"weeks/{name}.toml: isn't read: the notes on a week are named by its Monday"
    assert f"note: {message}; move it to weeks/2023-03-27.toml" in archived("render", *WEEK).err
    found = archived("check", *WEEK)
    assert (found.code, found.out.count(message)) == (0, 1)
    assert "weeks/ideas.toml: isn't read" in found.out
    assert "weeks/2023-03.toml" not in found.out


def test_a_missing_week_is_an_error_only_after_the_first_that_is_configured(archived: Weekly) -> None:
    config, archive = archived.folder / "weekly.toml", archived.folder / "archive"
    (archive / "2023-03-20.json").unlink(missing_ok=True)
    text = (archive / "2023-03-27.json").read_text()
    (archive / "2023-03-13.json").write_text(
        text.replace('"2023-03-27"', '"2023-03-13"', 1).replace("/pull/", "/issues/")
    )
    config.write_text(re.sub(r"(?m)^first_week = .*\n", "", config.read_text()))
    assert "note: archive/2023-03-20.json: is missing [ledger]" in archived("check", *WEEK).out.replace(
        "warning:", "note:"
    )
    config.write_text(config.read_text().replace("[ledger]", "[ledger]\nfirst_week = 2023-03-13"))
    assert "error: archive/2023-03-20.json: is missing [ledger]" in archived("check", *WEEK).out


def test_check_looks_at_templates_and_the_ledger(archived: Weekly) -> None:
    folder = archived.folder / "templates" / "sections"
    folder.mkdir(parents=True)
    (folder / "jobs.md.j2").write_text("x")
    (folder / "nothing.md.j2").write_text("- None {{ week }}\n{% if false %}{{ posts }}{% endif %}")
    archived.now = archived.now.replace(month=5)
    (archived.folder / "archive" / "2023-04-10.json").write_text(
        (archived.folder / "archive" / "2023-03-27.json").read_text().replace('"2023-03-27"', '"2023-04-10"', 1)
    )
    out = archived("check", "--week", "2023-03-20").out
    assert "nothing.md.j2:1: 'week' is undefined" in out
    assert "templates/sections/jobs.md.j2: is used by nothing" in out
    assert "templates/sections/nothing.md.j2: uses 'posts', which no template is given" in out
    assert "archive/2023-04-03.json: is missing [ledger]; weekly gather --since 2023-04-03 --until 2023-04-03" in out
    assert "canonical/lxd#11514 is in the week of 2023-03-27 too [ledger]" in out
