from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Weekly
from weekly.errors import NotesError
from weekly.notes.file import HighlightNote, Notes, load_notes, note_locations, notes_path
from weekly.text.markdown import Markdown
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))


def write(root: Path, text: str) -> Path:
    path = notes_path(root, WEEK)
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_a_week_without_notes_has_none(tmp_path: Path) -> None:
    assert load_notes(tmp_path, WEEK) == Notes()


def test_the_editors_text_is_markdown(tmp_path: Path) -> None:
    write(
        tmp_path, '[[videos]]\nurl = "https://youtu.be/6NCLnd5_guQ"\ntext = "*New*"\n[distributions]\nSnap = ["`5.12`"]'
    )
    found = load_notes(tmp_path, WEEK)
    assert found.videos is not None
    assert isinstance(found.videos[0].text, Markdown)
    assert isinstance(found.distributions["Snap"][0], Markdown)


def test_notes_on_bullets_come_from_both_tables(tmp_path: Path) -> None:
    write(tmp_path, '[pulls]\n"#1 a/b#2".show = false\n[[highlights]]\npulls = ["#3"]\nplace = 1\n')
    assert load_notes(tmp_path, WEEK).bullets == (
        HighlightNote(pulls=("#1", "a/b#2"), show=False),
        HighlightNote(pulls=("#3",), place=1),
    )


def test_comments_about_pull_requests_are_known_by_their_references(tmp_path: Path) -> None:
    text = "# B, bugfix: Fix it, by ann: https://github.com/a/b/pull/1\r\n"
    write(tmp_path, f'# mine: https://x.example/\n[pulls]\n{text}"a/b#1".show = false\n')
    locations = note_locations(tmp_path, WEEK, load_notes(tmp_path, WEEK))
    assert locations.comments["a/b#1"] == "B, bugfix: Fix it, by ann"
    assert locations.bullets == ("weeks/2023-03-27.toml:4",)


def test_a_mistake_about_a_bullet_has_its_line(tmp_path: Path) -> None:
    write(tmp_path, '[pulls]\n"a/b.c#1".show = false\n"a/b.c#2".show = "no"\n')
    with pytest.raises(NotesError, match=r'toml:3: pulls\."a/b\.c#2"\.show: must be true or false, not text'):
        load_notes(tmp_path, WEEK)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[[video]]", "unknown key 'video'; did you mean 'videos'?"),
        ("[[videos]]\ntext = 'x'", "videos[0].url: missing; add it"),
        ("[[videos]]\nurl = 'youtube.com/x'", "videos[0].url: 'youtube.com/x' is not a web address; write it as 'https://…'"),
        ("[[videos]]\nurl = 'https://a:b@c.example'", "videos[0].url: contains a password"),
        ("[[videos]]\nurl = 'https://[c'", "videos[0].url: 'https://[c' is not a web address"),
        ("[[events]]\ntitle = 'T'\nfirst_day = 2023-04-02\nlast_day = 2023-04-01", "events[0] ('T'): last_day 2023-04-01 is before"),
        ("[[events]]\ntitle = 'T'\nfirst_day = 'soon'", "events[0] ('T').first_day: is not a date; write it as 2023-03-27"),
        ("videos = 3", "videos: must be a list, not a whole number"),
        ("videos", "not TOML"),
    ],
)  # fmt: skip
def test_an_error_names_the_key(text: str, error: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(NotesError) as raised:
        load_notes(tmp_path, WEEK)
    message = re.sub(r"(\.toml):\d+:", r"\1:", str(raised.value))
    assert message.startswith(f"{path}: {error}")


def test_an_entry_for_an_unknown_part_is_an_error(weekly: Weekly, archived: Weekly) -> None:
    notes_path(archived.folder, WEEK).write_text("[distributions]\nSnapp = ['x']", encoding="utf-8")
    ran = archived("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (2, "")
    assert "weeks/2023-03-27.toml: distributions.Snapp: there is no such part; did you mean 'Snap'?" in ran.err
