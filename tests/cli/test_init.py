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
import yaml

from tests.conftest import ROOT, Weekly
from tests.support.discourse import KEY, USER, Discourse
from tests.support.github import Hub
from tests.support.server import Request, Response, Server, serving
from weekly import config, scaffold
from weekly.config.project import external_id_prefix
from weekly.gather.github.listing import spelling_in
from weekly.http import retry
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
    ("repos", "expected"),
    [
        (("acme/rocket", "acme/launchpad"), ("# rocket", "Improvements:", "Bug fixes:", "# Upstream changes")),
        (("kubus/kubus",), ("Improvements:\n\n- Added a second stage", "Bug fixes:\n\n- Countdown stops at zero")),
        (("solo/tool",), ("Bug fixes:\n\n- Fixed a crash when the file is empty",)),
    ],
    ids=["conventional-commits", "kind-labels", "neither"],
)  # fmt: skip
def test_from_an_empty_folder_to_a_posted_week(
    newcomer: Weekly, github: Server, repos: tuple[str, ...], expected: tuple[str, ...]
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
            ".github/workflows/review.yml", ".github/workflows/weekly-project.yml",
        }  # fmt: skip
        checked = newcomer("check")
        assert checked.code == 0, checked.out
        newcomer.environment |= {"DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER}
        dry_run = newcomer("publish", "--dry-run")
        assert (dry_run.code, dry_run.out.partition(":")[0].lower()[:6]) == (0, "create"), dry_run
        published = newcomer("monday", "--mode", "direct")
        assert published.code == 0, published.err
    for words in expected:
        assert words in forum.only.raw
    assert ": week of 27th March to 2nd April" in forum.only.title
    assert newcomer("check", "--week", "2023-03-27").code == 0
    assert newcomer("draft", "--week", "2023-03-27").code == 0
    assert "[pulls]" in (newcomer.folder / "weeks" / "2023-03-27.toml").read_text(encoding="utf-8")


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


def test_the_readme_says_how_a_project_is_spelt(newcomer: Weekly, github: Server) -> None:
    assert isinstance(github.answer, Hub)
    github.answer.readmes["solo/Tool"] = (
        "# TOOL\n\nThe ToOl is good. Use `tool`. A ToOl from https://example.org/tool/tool\n"
    )
    assert newcomer("init", "solo/tool").code == 0
    written = tomllib.loads((newcomer.folder / "weekly.toml").read_text(encoding="utf-8"))
    assert (written["project"]["name"], written["repositories"][0]["name"]) == ("ToOl", "ToOl")


@pytest.mark.parametrize(
    ("name", "text", "spelling"),
    [
        ("lake-cd", "# Lake CD\n\nWith Lake CD, lakes fill.", "Lake CD"),
        ("lake", "# lake\n\nThe lake tool. Lake is small.", ""),
        ("lake", "Lake only once.", ""),
        ("lakes", "LAKES LAKES LAKESIDE", "LAKES"),
        ("lakeside", "LAKESIDE, LAKESIDE", ""),
        ("lake", "See `Lake`, [Lake](https://example.org/Lake) and ```\nLake\nLake\n``` here.", ""),
        ("", "Lake Lake", ""),
        ("lake", "", ""),
    ],
)
def test_a_name_is_spelt_as_a_text_mostly_spells_it(name: str, text: str, spelling: str) -> None:
    assert spelling_in(text, name) == spelling


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


def check_workflows(folder: Path) -> None:
    files = sorted((folder / ".github" / "workflows").iterdir())
    for command in (
        ["actionlint", "-no-color", *map(str, files)],
        [
            "zizmor",
            "--offline",
            "--persona=auditor",
            "--no-progress",
            f"--config={ROOT / '.github' / 'zizmor.yml'}",
            str(folder / ".github"),
        ],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, files)],
    ):
        tool = Path(sys.executable).parent / str(command[0])
        ran = subprocess.run([tool, *command[1:]], cwd=folder, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_workflows_use_the_pinned_action_and_may_write_discussions(newcomer: Weekly) -> None:
    place = ("--discussions", "https://github.com/solo/tool", "--category", "Announcements")
    assert newcomer("init", "solo/tool", "--action", ACTION, *place).code == 0
    known = config.load(newcomer.folder / "weekly.toml").discussions
    assert known is not None
    assert (known.repository, known.category) == ("solo/tool", "Announcements")
    for path in (newcomer.folder / ".github" / "workflows").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "uses: ./\n" not in text
        assert f"uses: {ACTION}" in text or "uses: ./.github/workflows/weekly-project.yml\n" in text
        jobs = yaml.safe_load(text)["jobs"].values()
        publishing = [job["permissions"] for job in jobs if "discussions" in job["permissions"]]
        assert [rights["discussions"] for rights in publishing] == ["write"] * (path.name != "review.yml")
    check_workflows(newcomer.folder)


def test_workflows_without_a_known_source_have_one_line_to_fill_in(newcomer: Weekly) -> None:
    ran = newcomer("init", "solo/tool")
    assert ran.code == 0
    texts = {path: path.read_text(encoding="utf-8") for path in newcomer.folder.rglob(".github/**/*.yml")}
    assert not any("discussions: write" in text for text in texts.values())
    assert sum(text.count("OWNER/weekly@") for text in texts.values()) == 1
    (folder,) = (path.parent for path, text in texts.items() if "OWNER/weekly@" in text)
    used = {line.partition("uses: ")[2] for text in texts.values() for line in text.splitlines() if "uses: ./" in line}
    assert used - {"./.github/workflows/weekly-project.yml"} == {f"./{folder.relative_to(newcomer.folder).as_posix()}"}
    check_workflows(newcomer.folder)


def test_the_local_action_passes_everything_on(newcomer: Weekly) -> None:
    """Protects against an input of the action that the local one lacks, or gives another default."""
    newcomer("init", "solo/tool")
    local = yaml.safe_load((newcomer.folder / ".github" / "actions" / "weekly" / "action.yml").read_text("utf-8"))
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    for name, value in action["inputs"].items():
        assert local["inputs"][name]["default"] == value["default"], name
    assert local["outputs"].keys() >= action["outputs"].keys()
    (step,) = local["runs"]["steps"]
    assert step["with"] == {name: f"${{{{ inputs.{name} }}}}" for name in local["inputs"]}


def test_an_organisation_stands_for_its_active_repositories(newcomer: Weekly, github: Server) -> None:
    answer = github.answer
    assert isinstance(answer, Hub)
    answer.quiet = ("acme/old",)
    ran = newcomer("init", "https://github.com/orgs/acme/repositories", "kubus/kubus", "--name", "Acme")
    assert ran.code == 0, ran.err
    written = tomllib.loads((newcomer.folder / "weekly.toml").read_text(encoding="utf-8"))
    repos = [repository["repo"] for repository in written["repositories"]]
    assert sorted(repos[:2]) == ["acme/launchpad", "acme/rocket"]
    assert repos[2:] == ["kubus/kubus"]
    assert "remove what the post isn't about from weekly.toml" in ran.err


def test_the_name_becomes_the_heading_and_the_prefix(newcomer: Weekly) -> None:
    newcomer("init", "solo/tool", "--name", "The Tool", "--forum", "http://127.0.0.1:9", "--category", "7")
    written = tomllib.loads((newcomer.folder / "weekly.toml").read_text(encoding="utf-8"))
    assert written["repositories"][0]["name"] == "The Tool"
    assert written["forum"]["external_id_prefix"] == "weekly-the-tool-"
    assert written["forum"]["category"] == 7


@pytest.mark.parametrize(
    ("name", "repo", "prefix"),
    [
        ("LXD", "canonical/lxd", "weekly-lxd-"),
        ("プロジェクト", "octo/hello", "weekly-octo-hello-"),
        ("A very long name that goes on and on", "a/b", "weekly-a-very-long-name-that-goes-on-an-"),
    ],
)
def test_each_project_has_a_prefix_of_its_own(name: str, repo: str, prefix: str) -> None:
    assert external_id_prefix(name, repo) == prefix
    assert len(prefix) <= 40


def test_the_commented_blocks_are_valid(newcomer: Weekly, github: Server) -> None:
    """What the file offers works once its comment signs are removed."""
    newcomer("init", "kubus/kubus", "solo/tool")
    path = newcomer.folder / "weekly.toml"
    text = re.sub(r"^# (?=\[|[a-z_]+ = )", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    written = tomllib.loads(text)
    kinds = [section["kind"] for section in written["sections"]]
    assert kinds == ["introduction", "block", "highlights", "events", "contribute", "upstream"]
    assert written["videos"]["channels"]
    path.write_text(text.replace("channel_id=…", "channel_id=x"), encoding="utf-8")
    assert config.load(path).forum is not None


@pytest.mark.parametrize(
    ("remote", "own"),
    [("git@github.com:octo/site.git", "octo/site"), ("https://github.com/octo/site", "octo/site"), ("", "OWNER/NAME")],
)
def test_the_next_steps_are_in_order_with_addresses(
    newcomer: Weekly, monkeypatch: pytest.MonkeyPatch, remote: str, own: str
) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)  # there is no forum to ask
    if remote:
        (newcomer.folder / ".git").mkdir()
        git = f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {remote}\n'
        (newcomer.folder / ".git" / "config").write_text(git, encoding="utf-8")
    ran = newcomer("init", "solo/tool", "--forum", "http://127.0.0.1:9", "--category", "News", "--action", ACTION)
    steps = [line for line in ran.err.splitlines() if re.match(r"weekly: +\d\. ", line)]
    settings = f"https://github.com/{own}/settings"
    expected = (
        "weekly render", f"{settings}/environments", "DISCOURSE_API_KEY", f"{settings}/actions", "push", "WEEKLY_ENABLED",
    )  # fmt: skip
    assert [words for words, line in zip(expected, steps, strict=True) if words not in line] == []


def test_a_category_that_the_forum_lacks_is_reported(newcomer: Weekly) -> None:
    with serving(Server(Discourse())) as discourse:
        ran = newcomer("init", "solo/tool", "--forum", discourse.url, "--category", "Nwes")
        assert ran.code == 0
        assert "has no category 'Nwes'" in ran.err
        ran = newcomer("init", "solo/tool", "--forum", discourse.url, "--category", "News", "-C", "other")
        assert "has no category" not in ran.err


@pytest.mark.parametrize(
    ("is_known", "status", "words"),
    [
        (True, 200, ""),
        (True, 403, "the key can't read the posts of octocat that wait for approval (403)"),
        (False, 200, "403"),
    ],
)
def test_an_account_that_cant_publish_is_reported(newcomer: Weekly, is_known: bool, status: int, words: str) -> None:
    key = KEY if is_known else "another"
    with serving(Server(Discourse(pending_status=status, anonymous=False))) as discourse:
        newcomer.environment |= {"DISCOURSE_API_KEY": key, "DISCOURSE_API_USERNAME": "octocat"}
        ran = newcomer("init", "solo/tool", "--forum", discourse.url, "--category", "News")
    assert ran.code == 0
    trouble = [line for line in ran.err.splitlines() if discourse.url in line]
    assert (words in trouble[0]) if words else trouble == []


def test_init_asks_at_a_terminal(newcomer: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["kubus/kubus solo/tool", "Both", ""])
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    assert newcomer("init").code == 0
    written = tomllib.loads((newcomer.folder / "weekly.toml").read_text(encoding="utf-8"))
    assert written["project"]["name"] == "Both"
    assert len(written["repositories"]) == 2


def test_init_leaves_existing_files_alone(newcomer: Weekly) -> None:
    workflow = newcomer.folder / ".github" / "workflows" / "weekly.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("theirs", encoding="utf-8")
    ran = newcomer("init", "solo/tool", "--action", ACTION)
    assert ".github/workflows/weekly.yml: exists already and stays as it is" in ran.err
    assert workflow.read_text(encoding="utf-8") == "theirs"
    again = newcomer("init", "solo/tool")
    assert (again.code, "weekly.toml: exists already" in again.err) == (2, True)


def test_init_works_without_github(newcomer: Weekly, github: Server) -> None:
    assert newcomer("init", "nobody/nothing", "-C", "gone").code == 0
    newcomer.environment["GITHUB_TOKEN"] = "refused"
    answer = github.answer
    assert isinstance(answer, Hub)
    answer.token = "another"
    ran = newcomer("init", "solo/tool")
    assert ran.code == 0
    assert "weekly.toml has the usual names, branches and labels" in ran.err
    assert "1. Check the names, branches and labels in weekly.toml: GitHub doesn't show solo/tool\n" in ran.err
    assert "2. Look at the post: weekly render; weekly check\n" in ran.err
    assert newcomer("check").code == 0
    assert newcomer("check", "-C", str(newcomer.folder / "gone")).code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("lxd",), "lxd: has no active public repository on GitHub; give repositories as owner/name"),
        (("a b/c",), "'a b/c' is not a repository; write it as 'owner/name'"),
        (("a/b", "https://github.com/A/B"), "https://github.com/A/B: is given twice; give it once"),
        (("https://gitlab.com/a/b",), "https://gitlab.com/a/b: is on gitlab.com, and weekly reads github.com; give"),
        (("git@codeberg.org:a/b.git",), "git@codeberg.org:a/b.git: is on codeberg.org, and weekly reads github.com"),
        (("a/b", "--forum", "https://forum.example.org"), "--forum and --category must be given together"),
        (("a/b", "--discussions", "a/b"), "--discussions and --category must be given together"),
        (
            ("a/b", "--discussions", "a/b", "--forum", "https://x.org", "--category", "News"),
            "can't be combined; add the second one in weekly.toml",
        ),
        (("a/b", "--discussions", "a b", "--category", "News"), "'a b' is not a repository; write it as 'owner/name'"),
        ((), "REPOSITORY: missing; give owner/name, an address or an organisation"),
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
        ("ci", Kind.TESTS_CI),
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
    ("url", "origin", "expected"),
    [
        ("https://github.com/example/weekly", {"commit_id": "b2" * 20}, f"example/weekly@{'b2' * 20}"),
        ("https://github.com/example/weekly.git", {"commit_id": "b2" * 20}, f"example/weekly@{'b2' * 20}"),
        ("https://example.org/weekly", {"commit_id": "b2" * 20}, ""),
        ("file:///home/somebody/weekly", None, ""),
    ],
)
def test_the_action_comes_from_the_installations_origin(
    newcomer: Weekly, monkeypatch: pytest.MonkeyPatch, url: str, origin: dict[str, str] | None, expected: str
) -> None:
    """As pip notes it for what it installs from a repository (direct_url.json)."""

    class Installed:
        def read_text(self, name: str) -> str:
            assert name == "direct_url.json"
            return json.dumps({"url": url} | ({"vcs_info": origin} if origin else {"dir_info": {}}))

    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Installed())
    ran = newcomer("init", "solo/tool")
    assert ran.code == 0
    path = newcomer.folder / ".github" / "workflows" / "weekly-project.yml"
    if expected:
        assert f"uses: {expected}\n" in path.read_text(encoding="utf-8")
    else:
        assert "uses: ./.github/actions/weekly\n" in path.read_text(encoding="utf-8")
        assert "Fill in the marked line of .github/actions/weekly/action.yml" in ran.err


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


def test_a_pattern_stays_one(newcomer: Weekly) -> None:
    assert newcomer("init", "kubus/*").code == 0
    written = tomllib.loads((newcomer.folder / "weekly.toml").read_text(encoding="utf-8"))
    assert (written["project"]["name"], written["repositories"]) == ("kubus", [{"repo": "kubus/*"}])
    ran = newcomer("render", "2023-03-27")
    assert (ran.code, "## kubus\n" in ran.out) == (0, True), ran.err


def test_a_second_project_joins_the_repositorys_workflows(newcomer: Weekly) -> None:
    (newcomer.folder / ".git").mkdir()
    first = newcomer("init", "kubus/kubus", "-C", "kubus", "--action", ACTION)
    assert first.code == 0, first.err
    workflows = {f".github/workflows/{name}" for name in scaffold.WORKFLOWS}
    assert set(first.out.split()) == workflows | {"kubus/weekly.toml", "kubus/weeks/2023-03-27.toml"}
    discussions = ("--discussions", "solo/tool", "--category", "News")
    second = newcomer("init", "solo/tool", "-C", "teams/tool", *discussions)
    assert "Switch on discussions in solo/tool: Settings > General" in second.err
    for name in ("weekly.yml", "publish.yml"):
        text = (newcomer.folder / ".github" / "workflows" / name).read_text(encoding="utf-8")
        assert text.count("discussions: write") == 1
    assert set(second.out.split()) == {"teams/tool/weekly.toml", "teams/tool/weeks/2023-03-27.toml"}
    assert ".github/workflows/weekly.yml: runs for teams/tool too" in second.err
    for name in ("weekly", "publish", "review"):
        text = (newcomer.folder / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
        (job,) = yaml.safe_load(text)["jobs"].values()
        assert job["strategy"]["matrix"]["folder"] == ["kubus", "teams/tool"]
        assert scaffold.with_folder(text, "kubus") == text
    check_workflows(newcomer.folder)
    assert "can't have" in newcomer("init", "solo/tool", "-C", "a b").err
