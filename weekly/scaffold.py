"""Create a new project's configuration, workflows and first notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from weekly.classify.labels import kind_of_labels
from weekly.config.rules import LabelRules
from weekly.errors import GivenError
from weekly.files.toml_edit import toml_text
from weekly.gather.github.listing import About
from weekly.model import Kind, Record
from weekly.model.reference import repository_of
from weekly.notes.suggestions import HEAD
from weekly.render.environment import bundled_templates, new_environment
from weekly.week import Week

ACTION_FILE = ".github/actions/weekly/action.yml"
PLACEHOLDER = "OWNER/weekly@"
"""Marks the line of the local action that the maintainer fills in."""
_PUBLISHES = re.compile(r"^ +contents: write # to commit the .*\n", re.MULTILINE)
"""The right of each job that publishes."""
_ACTION = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")


class Beginning(Record, frozen=True, kw_only=True):
    """The choices for a new project. Without a forum or discussions, posts are files."""

    name: str
    repositories: tuple[About, ...]
    first_week: Week
    mode: str
    forum: str = ""
    discussions: str = ""
    category: str = ""
    prefix: str = ""


def labels_by_kind(labels: Iterable[str]) -> dict[Kind, tuple[str, ...]]:
    """Group labels by the kind that the default rules give them, without those that have none."""
    by_kind: dict[Kind, list[str]] = {}
    for label in dict.fromkeys(labels):
        if found := kind_of_labels([label], LabelRules()):
            by_kind.setdefault(found[0], []).append(label)
    return {kind: tuple(by_kind[kind]) for kind in Kind if kind in by_kind}


def configuration(beginning: Beginning) -> str:
    """Return weekly.toml with a comment on each key."""
    environment = new_environment((bundled_templates(),), keep_trailing_newline=True, autoescape=False)
    environment.filters["toml"] = toml_text
    known = labels_by_kind(label for repository in beginning.repositories for label in repository.labels)
    template = environment.get_template("init/weekly.toml.j2")
    return template.render(project=beginning, labels={kind.value: labels for kind, labels in known.items()})


CALLED = ".github/workflows/weekly-project.yml"
"""The workflow that the others call for each project."""
WORKFLOWS = ("weekly.yml", "publish.yml", "review.yml", "weekly-project.yml")
"""The one that is called is written last, since where it is, the others were chosen before."""
_FOLDERS = re.compile(r"^(?P<indent> +)folder:\n(?P<entries>(?:(?P=indent)  - .*\n)+)", re.MULTILINE)


def with_folder(text: str, folder: str, *, is_new: bool = False) -> str:
    """Return a workflow that runs for a project's folder too, or for it alone if the workflow is new.

    It is unchanged where it has no list of folders.
    """
    match = _FOLDERS.search(text)
    folders = re.findall(r"- [\"']?([^\"'\n]+)", match["entries"]) if match else [folder]
    if match is None or folder in folders:
        return text
    kept = "" if is_new else match["entries"]
    return f'{text[: match.start("entries")]}{kept}{match["indent"]}  - "{folder}"\n{text[match.end() :]}'


def workflows(action: str, folder: str = ".", *, discusses: bool = False) -> dict[str, str]:
    """Return the workflows of a project's folder by path, with the action pinned to a commit.

    Without an action, they use a local one that has a single line to fill in. With `discusses`, the jobs that publish may
    write discussions.
    """
    if action and not _ACTION.fullmatch(action):
        raise GivenError(f"--action {action}: not pinned; write it as owner/name@commit, with all 40 digits")
    bundled = bundled_templates() / "init"
    texts = {name: (bundled / name).read_text("utf-8") for name in WORKFLOWS}
    if discusses:
        texts = {name: with_discussions(text) for name, text in texts.items()}
    uses = action or f"./{ACTION_FILE.rpartition('/')[0]}"
    files = {
        f".github/workflows/{name}": with_folder(text, folder, is_new=True).replace("uses: ./\n", f"uses: {uses}\n")
        for name, text in texts.items()
    }
    return files if action else {ACTION_FILE: (bundled / "action.yml").read_text("utf-8"), **files}


def with_discussions(workflow: str) -> str:
    """Return a workflow whose jobs that publish may write discussions."""
    right = "      discussions: write # to publish in GitHub Discussions\n"
    return workflow if right in workflow else _PUBLISHES.sub(rf"\g<0>{right}", workflow)


def notes(week: Week) -> str:
    """Return a first week's notes, which consist of comments."""
    return "".join(f"# {line}".rstrip() + "\n" for line in (f"The week of {week.title}: notes on its post.", "", *HEAD))


def project_name(repositories: Sequence[About]) -> str:
    """Return the only repository's name, or the owner of several."""
    first = repositories[0]
    return first.name if len(repositories) == 1 and "*" not in first.name else first.repo.partition("/")[0]


def in_repository(root: Path) -> tuple[Path, str]:
    """Return the folder of the git repository, and the project's folder in it."""
    root = root.resolve()
    top = next((path for path in (root, *root.parents) if (path / ".git").exists()), root)
    folder = root.relative_to(top).as_posix()
    if not re.fullmatch(r"[\w./-]+", folder, re.ASCII):
        raise GivenError(f"-C {folder}: has characters that branches can't have; use letters, digits, '.', '-' and '_'")
    return top, folder


def own_repository(root: Path) -> str:
    """Return the repository that the folder's git remote `origin` names, if any."""
    folder = next((path for path in (root, *root.parents) if (path / ".git" / "config").is_file()), None)
    text = (folder / ".git" / "config").read_text("utf-8", "replace") if folder else ""
    match = re.search(r'^\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', text, re.MULTILINE)
    repository = repository_of(match[1]) if match else ""
    return repository if re.fullmatch(r"[\w.-]+/[\w.-]+", repository) else ""
