"""`weekly init` as a new user tries it: from an empty folder to a posted week, for projects unlike LXD."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT, Weekly
from tests.support.discourse import KEY, USER, Discourse
from tests.support.github import Hub
from tests.support.server import Request, Response, Server, serving
from weekly import scaffold
from weekly.model import Kind, Person, PullRequest

ACTION = f"example/weekly@{'a1' * 20}"


def pull(repo: str, number: int, title: str, *labels: str, base: str = "main") -> PullRequest:
    return PullRequest(
        repo=repo,
        number=number,
        title=title,
        url=f"https://github.com/{repo}/pull/{number}",
        author=Person(login="somebody"),
        labels=labels,
        base=base,
        merged_at=datetime(2023, 3, 29, 12, number, tzinfo=UTC),
    )


def hub() -> Hub:
    """Three projects: Conventional Commits in two repositories, kind labels, and one repository with neither."""
    return Hub(
        pulls=[
            pull("acme/rocket", 1, "feat(engine): add a second stage"),
            pull("acme/rocket", 2, "fix: stop the countdown at zero"),
            pull("acme/launchpad", 3, "chore: tidy"),
            pull("kubus/kubus", 4, "Countdown stops at zero", "type: defect", "area/core"),
            pull("kubus/kubus", 5, "Add a second stage", "type: feature"),
            pull("solo/Tool", 6, "Fix a crash when the file is empty", base="trunk"),
            pull("solo/Tool", 7, "An old branch's fix", base="v1"),
        ],
        labels={
            "kubus/kubus": ("type: defect", "type: feature", "area/core", "help wanted"),
            "solo/Tool": ("question",),
        },
    )


@pytest.fixture
def github() -> Iterator[Server]:
    with serving(Server(hub())) as server:
        yield server


@pytest.fixture
def newcomer(tmp_path: Path, github: Server) -> Weekly:
    """Somebody in an empty folder."""
    (tmp_path / "empty").mkdir()
    weekly = Weekly(tmp_path / "empty")
    weekly.environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken"}
    return weekly


def made(weekly: Weekly) -> set[str]:
    return {path.relative_to(weekly.folder).as_posix() for path in weekly.folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("repos", "told"),
    [
        (("acme/rocket", "acme/launchpad"), ("# rocket", "Improvements:", "Bug fixes:", "# Upstream changes")),
        (("kubus/kubus",), ("Improvements:\n\n- Added a second stage", "Bug fixes:\n\n- Countdown stops at zero")),
        (("solo/tool",), ("Bug fixes:\n\n- Fixed a crash when the file is empty",)),
    ],
    ids=["conventional-commits", "kind-labels", "neither"],
)  # fmt: skip
def test_from_an_empty_folder_to_a_posted_week(
    newcomer: Weekly, github: Server, repos: tuple[str, ...], told: tuple[str, ...]
) -> None:
    answer = github.answer
    assert isinstance(answer, Hub)
    if repos == ("solo/tool",):
        answer.default_branch = "trunk"
    forum = Discourse()
    with serving(Server(forum)) as discourse:
        ran = newcomer("init", *repos, "--forum", discourse.url, "--category", "News", "--action", ACTION)
        assert ran.code == 0, ran.err
        assert set(ran.out.split()) == made(newcomer) == {
            "weekly.toml", "weeks/2023-03-27.toml", ".github/workflows/weekly.yml", ".github/workflows/publish.yml",
        }  # fmt: skip
        checked = newcomer("check")
        assert checked.code == 0, checked.out
        newcomer.environment |= {"DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER}
        published = newcomer("monday", "--mode", "direct")
        assert published.code == 0, published.err
    for words in told:
        assert words in forum.only.raw
    assert ": week of 27th March to 2nd April" in forum.only.title
    assert newcomer("check", "--week", "2023-03-27").code == 0
    assert newcomer("draft", "--week", "2023-03-27").code == 0
    assert "[[highlights]]" in (newcomer.folder / "weeks" / "2023-03-27.toml").read_text(encoding="utf-8")


def test_init_uses_the_repositories_names_branches_and_labels(newcomer: Weekly, github: Server) -> None:
    answer = github.answer
    assert isinstance(answer, Hub)
    answer.default_branch = "trunk"
    assert newcomer("init", "solo/tool", "kubus/kubus").code == 0
    written = tomllib.loads((newcomer.folder / "weekly.toml").read_text(encoding="utf-8"))
    assert written["repositories"][0] == {"repo": "solo/Tool", "name": "Tool", "branches": ["trunk"]}
    assert written["kinds"]["labels"] == {"improvement": ["type: feature"], "bugfix": ["type: defect"]}
    assert written["project"]["name"] == "solo"
    assert written["schedule"]["first_week"].isoformat() == "2023-03-27"


def test_without_a_forum_posts_are_files(newcomer: Weekly, github: Server) -> None:
    assert isinstance(github.answer, Hub)
    github.answer.default_branch = "trunk"
    assert newcomer("init", "solo/tool", "--name", 'The "Tool"', "--mode", "direct").code == 0
    ran = newcomer("monday")
    assert ran.code == 0, ran.err
    post = (newcomer.folder / "posts" / "2023-03-27.md").read_text(encoding="utf-8")
    assert post.startswith('---\ntitle: "The \\"Tool\\": week of 27th March to 2nd April"\n---\n')
    assert newcomer("monday").code == 0
    newcomer.now = datetime(2023, 4, 17, 7, tzinfo=UTC)
    assert newcomer("monday").code == 0
    posts = sorted(path.name for path in (newcomer.folder / "posts").glob("*.md"))
    assert posts == ["2023-03-27.md", "2023-04-03.md", "2023-04-10.md"]


def test_workflows_use_the_pinned_action(newcomer: Weekly) -> None:
    assert newcomer("init", "solo/tool", "--action", ACTION).code == 0
    files = sorted((newcomer.folder / ".github" / "workflows").iterdir())
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "uses: ./" not in text
        assert text.count(f"uses: {ACTION}") == 2
    for command in (
        ["actionlint", "-no-color", *map(str, files)],
        ["zizmor", "--offline", "--persona=auditor", "--no-progress", *map(str, files)],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, files)],
    ):
        tool = Path(sys.executable).parent / str(command[0])
        ran = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_init_leaves_existing_files_alone(newcomer: Weekly) -> None:
    workflow = newcomer.folder / ".github" / "workflows" / "weekly.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("theirs", encoding="utf-8")
    ran = newcomer("init", "solo/tool", "--action", ACTION)
    assert ".github/workflows/weekly.yml: there already, and left as it is" in ran.err
    assert workflow.read_text(encoding="utf-8") == "theirs"
    again = newcomer("init", "solo/tool")
    assert (again.code, "weekly.toml: there already" in again.err) == (2, True)


def test_init_works_without_github(newcomer: Weekly, github: Server) -> None:
    assert newcomer("init", "nobody/nothing", "-C", "gone").code == 0
    newcomer.environment["GITHUB_TOKEN"] = "refused"
    answer = github.answer
    assert isinstance(answer, Hub)
    answer.token = "another"
    ran = newcomer("init", "solo/tool")
    assert ran.code == 0
    assert "so names, branches and labels are as usual" in ran.err
    assert newcomer("check").code == 0
    assert newcomer("check", "-C", str(newcomer.folder / "gone")).code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("lxd",), "'lxd' is not a repository; write it as 'owner/name'"),
        (("a/b", "A/B"), "one of them is named twice"),
        (("a/b", "--forum", "https://forum.example.org"), "--forum and --category go together"),
        (("a/b", "--action", "a/b@v1"), "not pinned; write it as owner/name@commit"),
    ],
)
def test_invalid_arguments_write_nothing(newcomer: Weekly, arguments: tuple[str, ...], why: str) -> None:
    ran = newcomer("init", *arguments)
    assert ran.code == 2
    assert why in ran.err
    assert made(newcomer) == set()


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("bug", Kind.BUGFIX),
        ("type: defect", Kind.BUGFIX),
        ("C-bug", Kind.BUGFIX),
        ("🐛 Bug", Kind.BUGFIX),
        ("kind/feature", Kind.IMPROVEMENT),
        ("Feature request", Kind.IMPROVEMENT),
        ("documentation", None),
        ("type/docs", Kind.DOCUMENTATION),
        ("ci", None),
        ("kind/flake", Kind.TESTS_CI),
        ("debugging", None),
        ("help wanted", None),
    ],
)
def test_labels_decide_kinds(label: str, kind: Kind | None) -> None:
    assert scaffold.labels_by_kind([label]) == ({kind: (label,)} if kind else {})


def test_each_key_of_the_new_file_has_a_comment(newcomer: Weekly) -> None:
    newcomer("init", "solo/tool")
    text = (newcomer.folder / "weekly.toml").read_text(encoding="utf-8")
    assert len(re.findall(r"^#", text, re.MULTILINE)) > 20


@pytest.mark.parametrize(
    ("url", "told", "expected"),
    [
        ("https://github.com/example/weekly", {"commit_id": "b2" * 20}, f"example/weekly@{'b2' * 20}"),
        ("https://github.com/example/weekly.git", {"commit_id": "b2" * 20}, f"example/weekly@{'b2' * 20}"),
        ("https://example.org/weekly", {"commit_id": "b2" * 20}, ""),
        ("file:///home/somebody/weekly", None, ""),
    ],
)
def test_the_action_comes_from_the_installations_origin(
    newcomer: Weekly, monkeypatch: pytest.MonkeyPatch, url: str, told: dict[str, str] | None, expected: str
) -> None:
    """As pip notes it for what it installs from a repository (direct_url.json)."""

    class Installed:
        def read_text(self, name: str) -> str:
            assert name == "direct_url.json"
            return json.dumps({"url": url} | ({"vcs_info": told} if told else {"dir_info": {}}))

    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Installed())
    ran = newcomer("init", "solo/tool")
    assert ran.code == 0
    path = newcomer.folder / ".github" / "workflows" / "weekly.yml"
    if expected:
        assert f"uses: {expected}\n" in path.read_text(encoding="utf-8")
    else:
        assert not path.exists()
        assert "name it with --action owner/name@commit" in ran.err


def test_the_unattended_run_waits_longer_than_a_person(
    newcomer: Weekly, github: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limited(request: Request) -> Response:
        return Response.of_json({"message": "You have exceeded a secondary rate limit"}, 403, retry_after="900")

    assert isinstance(github.answer, Hub)
    github.answer.default_branch = "trunk"
    monkeypatch.setattr("weekly.http.retry.RetryBudget.hold", lambda self: None)
    assert newcomer("init", "solo/tool", "--mode", "direct").code == 0
    github.faults = [limited]
    ran = newcomer("gather", "--week", "2023-03-27")
    assert (ran.code, "past --max-wait" in ran.err) == (1, True)
    github.faults = [limited]
    ran = newcomer("monday")
    assert ran.code == 0, ran.err
    assert "GitHub's secondary rate limit: waiting 1" in ran.err
