"""The documents as a reader sees them: short, linked, and in plain English."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.documents import DOCUMENTS, headings, links, prose

METADATA = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
STIFF = re.compile(
    r"\b(anew|aside|beside|told|whereof|lest|hence|thereof|save for|in its turn|goes by|so as not to)\b", re.IGNORECASE
)
"""Words of the former style. A reader stumbles over them."""


def test_the_readme_is_short_and_names_the_two_make_commands() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 120
    for command in ("make post", "make test"):
        assert any(line.startswith(command) for line in lines)


def test_lines_for_the_package_index_use_the_packages_name_and_are_marked() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith(("pipx ", "uvx "))]
    assert len(lines) == 2
    assert all(METADATA["name"] in line for line in lines)
    assert text.index("not released yet") < text.index(lines[0])


def test_the_picture_of_the_readme_is_small() -> None:
    (picture,) = [link for link in links(ROOT / "README.md") if link.endswith(".png")]
    assert 10_000 < (ROOT / picture).stat().st_size < 150_000


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    for link in links(path):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in headings(target), link


def test_every_page_is_linked_from_the_readme_and_the_site() -> None:
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    readme = {Path(link).stem for link in links(ROOT / "README.md") if link.startswith("docs/")}
    site = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert pages <= readme
    assert {page for page in pages if not re.search(rf"^{page}$", site, re.MULTILINE)} == set()


def test_the_repositorys_address_is_in_the_metadata_alone() -> None:
    address = METADATA["urls"]["Repository"]
    for path in (
        *DOCUMENTS,
        ROOT / "action.yml",
        *(ROOT / ".github").rglob("*.yml"),
        *(ROOT / "templates").rglob("*.*"),
    ):
        if path.suffix != ".cache" and path.is_file() and "__pycache__" not in path.parts:
            assert address not in path.read_text(encoding="utf-8"), path


def test_the_version_is_in_the_changelog_or_not_released() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    groups = re.findall(r"^### (.*)$", changelog, re.MULTILINE)
    assert changelog.index("## [Unreleased]") < changelog.index("### ")
    assert set(groups) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("path", [*DOCUMENTS, ROOT / "Makefile"], ids=lambda path: path.name)
def test_documents_are_in_plain_english(path: Path) -> None:
    text = prose(path) if path.suffix == ".md" else path.read_text(encoding="utf-8")
    assert STIFF.findall(re.sub(r"`[^`\n]+`", "", text)) == []


COMMENTED = ["weekly.toml", "action.yml", "templates/init/weekly.toml.j2", "templates/init/action.yml"]
COMMENTED += [
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / ".github").rglob("*.yml")) if path.name != "config.yml"
]


@pytest.mark.parametrize("name", COMMENTED)
def test_comments_and_descriptions_are_in_plain_english(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if re.search(r"(?:^|\s)# |description:|name:", line)]
    assert comments
    assert [comment for comment in comments if STIFF.search(comment)] == []
