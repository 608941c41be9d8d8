"""The marks of what can be edited, in the posts of all golden weeks and examples."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.end_to_end.test_golden import FOLDERS
from weekly import config
from weekly.desk.body import Body, body_of
from weekly.errors import ArchiveError
from weekly.files import decode
from weekly.model import Finding, Highlights, Post, Snapshot
from weekly.notes.file import load_notes
from weekly.pipeline.context import Project
from weekly.pipeline.post import compose_post, judge, shorten_post


def body_with(folder: Path, *lines: int) -> tuple[Post, Body, set[str]]:
    """Return a golden week's post, its body with findings on some lines, and the names of its projects."""
    own = folder / "weekly.toml"
    project = Project(root=folder, config=config.load(own if own.exists() else ROOT / "weekly.toml"))
    (path,) = (*folder.glob("snapshot.json"), *folder.glob("archive/*.json"))
    snapshot = decode.convert(decode.read_json(path, ArchiveError), Snapshot, where=path, error=ArchiveError)
    judgement, notes = judge(snapshot, project), load_notes(folder, snapshot.week)
    post, text = shorten_post(compose_post(snapshot, project, judgement), project, judgement)
    projects = {pull.ref: activity.name for activity in judgement.projects for pull in activity.pulls}
    findings = [Finding(rule="a-rule", message="Mind this.", line=line) for line in lines]
    return post, body_of(post, text, notes, findings, projects), {activity.name for activity in judgement.projects}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_editable_part_is_marked_once(folder: Path) -> None:
    post, body, projects = body_with(folder)
    marked = [unescape(key) for key in re.findall(r'data-(?:bullet|key)="([^"]*)"', body.html)]
    assert sorted(marked) == sorted(entry.key for entry in body.entries)
    highlights = [entry for entry in body.entries if entry.type == "highlight"]
    sections = [section for section in post.sections if isinstance(section, Highlights)]
    assert len(highlights) == sum(len(section.improvements) + len(section.bugfixes) for section in sections)
    assert len({entry.key for entry in (*body.entries, *body.others)}) == len(body.entries) + len(body.others)
    assert {entry.project for entry in highlights} <= projects
    assert body.html.count("<div data-key=") <= body.html.count("</div>")


@pytest.mark.parametrize(("line", "is_within"), [("The past week has been a quiet one: nothing was merged.", True), ("# From the blog", False)])  # fmt: skip
def test_a_finding_belongs_to_the_element_of_its_own_block(line: str, is_within: bool) -> None:
    folder = next(folder for folder in FOLDERS if folder.name == "beside-none")
    lines = (folder / "expected.md").read_text(encoding="utf-8").split("\n")
    html = body_with(folder, 1 + lines.index(line))[1].html
    assert "Mind this." in html
    element = html.partition('<div data-key="introduction">')[2].partition("</div>")[0]
    assert ("Mind this." in element) == is_within
