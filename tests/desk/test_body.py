"""The marks of what can be edited, in the posts of all golden weeks and examples."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.end_to_end.test_golden import FOLDERS
from weekly import config
from weekly.desk.body import body_of
from weekly.errors import ArchiveError
from weekly.files import decode
from weekly.model import Highlights, Snapshot
from weekly.notes.file import load_notes
from weekly.pipeline.context import Project
from weekly.pipeline.post import compose_post, judge, shorten_post


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_editable_part_is_marked_once(folder: Path) -> None:
    own = folder / "weekly.toml"
    project = Project(root=folder, config=config.load(own if own.exists() else ROOT / "weekly.toml"))
    (path,) = (*folder.glob("snapshot.json"), *folder.glob("archive/*.json"))
    snapshot = decode.convert(decode.read_json(path, ArchiveError), Snapshot, where=path, error=ArchiveError)
    judgement, notes = judge(snapshot, project), load_notes(folder, snapshot.week)
    post, text = shorten_post(compose_post(snapshot, project, judgement), project, judgement)
    projects = {pull.ref: activity.name for activity in judgement.projects for pull in activity.pulls}
    body = body_of(post, text, notes, (), projects)
    marked = [unescape(key) for key in re.findall(r'data-(?:bullet|key)="([^"]*)"', body.html)]
    assert sorted(marked) == sorted(entry.key for entry in body.entries)
    highlights = [entry for entry in body.entries if entry.type == "highlight"]
    sections = [section for section in post.sections if isinstance(section, Highlights)]
    assert len(highlights) == sum(len(section.improvements) + len(section.bugfixes) for section in sections)
    assert len({entry.key for entry in (*body.entries, *body.others)}) == len(body.entries) + len(body.others)
    assert {entry.project for entry in highlights} <= {activity.name for activity in judgement.projects}
    assert body.html.count("<div data-key=") <= body.html.count("</div>")
