"""The unattended run as GitHub runs it: the workflows' own steps in a shell, a real git, both stand-ins."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT
from tests.support.discourse import KEY, USER, Discourse
from tests.support.github import Hub
from tests.support.github_commits import SIGNER
from tests.support.hostile import sampled
from tests.support.own import REPO, Own
from tests.support.runner import Runner
from tests.support.server import Request, Response, Server, serving
from weekly.automation.github import LABEL, TITLE
from weekly.text.forum_markdown import parser

TOKEN = "t0ken-of-the-job"


class Desk:
    """A project's repository, with GitHub and the forum around it."""

    def __init__(self, folder: Path, own: Own, github: Server, forum: Discourse, discourse: Server) -> None:
        self.folder, self.own, self.github, self.forum, self.discourse = folder, own, github, forum, discourse
        self.origin, self.work = folder / "origin.git", folder / "work"
        quick = "[core]\n\tfsync = none\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n"
        (folder / ".gitconfig").write_text(quick, encoding="utf-8")
        self.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(self.origin), where=folder)
        self.git("init", "--quiet", "--template=", "--initial-branch=main", str(self.work), where=folder)
        self.git("remote", "add", "origin", str(self.origin))
        self.environment = {
            "HOME": str(folder),
            "WEEKLY_TEST_NOW": datetime(2023, 4, 3, 7, 30, tzinfo=UTC).isoformat(),
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": REPO,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": "77",
        }
        self.runner = Runner(
            origin=self.origin,
            folder=folder / "machine",
            github={
                "event_name": "schedule",
                "token": TOKEN,
                "ref_name": "main",
                "event": {"repository": {"default_branch": "main"}},
            },
            environment=self.environment,
            secrets={"DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER},
            vars={"WEEKLY_ENABLED": "true"},
        )

    def git(self, *arguments: str, where: Path | None = None) -> str:
        names = {
            f"GIT_{who}_{what}": "editor@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        environment = os.environ | names | {"GIT_CONFIG_GLOBAL": str(self.folder / ".gitconfig"), "SIGNED": "yes"}
        return subprocess.run(
            ["git", *arguments], cwd=where or self.work, env=environment, check=True, capture_output=True, text=True
        ).stdout

    def configure(self, mode: str, first_week: str = "first_week = 2023-03-27", **files: str) -> None:
        text = (ROOT / "weekly.toml").read_text(encoding="utf-8")
        for old, new in (
            ("https://discourse.ubuntu.com", self.discourse.url),
            ('mode = "review"', f'mode = "{mode}"'),
            ("# first_week = 2023-04-03", first_week),
        ):
            assert old in text
            text = text.replace(old, new)
        self.commit({"weekly.toml": text} | files)

    def commit(self, files: dict[str, str], branch: str = "main") -> None:
        """Somebody pushes files."""
        for name, text in files.items():
            (self.work / name).parent.mkdir(parents=True, exist_ok=True)
            (self.work / name).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "Somebody's")
        self.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")

    def files(self, branch: str = "main") -> set[str]:
        return set(self.git("ls-tree", "-r", "--name-only", branch, where=self.origin).splitlines())

    def text(self, name: str, branch: str = "main") -> str:
        return self.git("show", f"{branch}:{name}", where=self.origin)

    def branches(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads", where=self.origin).split()

    def merge(self, number: int) -> None:
        """A maintainer merges a pull request."""
        pull = self.own.pulls[number - 1]
        self.git("fetch", "--quiet", "origin")
        self.git("checkout", "--quiet", "-B", "main", "origin/main")
        self.git("merge", "--quiet", "--no-ff", "-m", "Merge", f"origin/{pull['head']['ref']}")
        self.git("push", "--quiet", "origin", "main")
        pull["state"] = "closed"

    def refuse_pushes(self, words: str) -> None:
        hook = self.origin / "hooks" / "pre-receive"
        hook.parent.mkdir()
        hook.write_text(f'#!/bin/sh\necho "{words}" >&2\nexit 1\n', encoding="utf-8")
        hook.chmod(0o755)

    def demand_signatures(self) -> None:
        """Refuse every push of new commits, as a rule on all branches does. GitHub's own commits pass."""
        hook = self.origin / "hooks" / "pre-receive"
        hook.parent.mkdir()
        words = "error: GH013: Repository rule violations found. Commits must have verified signatures."
        hook.write_text(
            f'#!/bin/sh\nwhile read old new ref; do\n  test -n "$SIGNED" || test -z "$(git rev-list "$new" --not --all)" || {{ echo "{words}" >&2; '
            "exit 1; }\ndone\n",
            encoding="utf-8",
        )
        hook.chmod(0o755)
        self.own.hub.repositories[REPO] = self.origin

    def author(self, branch: str = "main") -> str:
        return self.git("log", "-1", "--format=%an", branch, where=self.origin).strip()

    def checkouts_are_clean(self) -> bool:
        """Tell whether no run has changed a file of its checkout."""
        folders = [path.parent for path in self.runner.folder.glob("*/checkout/.git")]
        return bool(folders) and not any(self.git("status", "--porcelain", where=folder) for folder in folders)

    def titles(self) -> list[str]:
        return [topic.title for topic in self.forum.standing]


@pytest.fixture
def desk(tmp_path: Path, hub: Hub) -> Iterator[Desk]:
    own, forum = Own(hub=hub), Discourse()
    with serving(Server(own)) as github, serving(Server(forum)) as discourse:
        yield Desk(tmp_path, own, github, forum, discourse)


BRANCH = "weekly/2023-03-27"
NOTES = "weeks/2023-03-27.toml"
WELL = {"publish": "success", "prepare": "success", "propose": "skipped", "tell": "success"}
PROPOSED = WELL | {"propose": "success"}
ILL = WELL | {"publish": "failure"}
SKIPPED = dict.fromkeys(WELL, "skipped")


def test_direct_publishes_and_commits_and_a_second_run_changes_nothing(desk: Desk) -> None:
    desk.configure("direct")
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #292"]
    assert {"archive/2023-03-27.json", "published/2023-03-27.json", "published/2023-03-27.md"} <= desk.files()
    assert f"[published]({desk.discourse.url}/t/weekly-status-292/" in desk.runner.summary
    assert "| 2023-03-27 | [published]" in desk.runner.summary
    head = desk.git("rev-parse", "main", where=desk.origin)
    assert desk.runner.run("weekly") == WELL
    assert desk.git("rev-parse", "main", where=desk.origin) == head
    assert desk.forum.only.version == 1
    assert "| 2023-03-27 | [left alone]" in desk.runner.summary
    assert desk.own.issues == []
    kept = [path for path in desk.runner.folder.rglob(".git/config") if TOKEN in path.read_text(encoding="utf-8")]
    assert kept == []


def test_missed_weeks_are_published_oldest_first(desk: Desk) -> None:
    desk.configure("direct", "first_week = 2023-03-13")
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #290", "Weekly status #291", "Weekly status #292"]
    subjects = desk.git("log", "--format=%s", "--reverse", "main", where=desk.origin).splitlines()
    assert subjects[1:] == [f"Publish the week of 2023-03-{day}" for day in (13, 20, 27)]


def test_a_run_publishes_at_most_most_weeks(desk: Desk) -> None:
    desk.configure("direct", "first_week = 2023-03-06")
    assert desk.runner.run("weekly") == WELL
    assert desk.titles() == ["Weekly status #289", "Weekly status #290", "Weekly status #291"]
    assert "1 more week is due" in desk.runner.summary
    assert desk.runner.run("weekly") == WELL
    assert desk.titles()[-1] == "Weekly status #292"


def test_the_sample_neither_begins_the_series_nor_is_published(desk: Desk) -> None:
    sample = {f"archive/{path.name}": path.read_text(encoding="utf-8") for path in (ROOT / "archive").iterdir()}
    desk.configure("direct", "", **sample)
    assert desk.runner.run("weekly") == ILL
    assert "schedule.first_week: missing, and nothing is published yet" in desk.runner.log
    assert desk.titles() == []
    desk.configure("direct")
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #292"]
    assert '"source": "github-graphql"' in desk.text("archive/2023-03-27.json")


def test_review_proposes_updates_and_publishes_what_is_merged(desk: Desk) -> None:
    desk.configure("review")
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    branch = "weekly/2023-03-27"
    made = {"archive/2023-03-27.json", "weeks/2023-03-27.toml", "review/2023-03-27.md"}
    assert desk.files(branch) - desk.files() == made
    (pull,) = desk.own.pulls
    assert (pull["head"]["ref"], pull["base"]["ref"], pull["title"]) == (branch, "main", "Weekly status #292")
    assert "Merging this publishes the post." in pull["body"]
    assert "```markdown\n" in pull["body"]
    (box, *_) = re.findall(r"- \[ \] `canonical/lxd#\d+` LXD: \w+", pull["body"])
    pull["body"] = pull["body"].replace(box, box.replace("[ ]", "[x]")).replace("\n", "\r\n")
    assert desk.titles() == []
    (preview,) = desk.runner.artifacts["preview"]
    assert ">LXD</h2>" in preview

    desk.git("fetch", "--quiet", "origin")
    desk.git("checkout", "--quiet", "-B", "edit", f"origin/{branch}")
    words = 'introduction = "The editor was here."\n' + desk.text("weeks/2023-03-27.toml", branch)
    desk.commit({"weeks/2023-03-27.toml": words}, branch)
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    assert len(desk.own.pulls) == 1
    assert box.replace("[ ]", "[x]") in pull["body"]
    assert "The editor was here." in desk.text("review/2023-03-27.md", branch)
    assert desk.text("weeks/2023-03-27.toml", branch).startswith('introduction = "The editor was here."\n')

    desk.merge(1)
    desk.runner.github["event_name"] = "push"
    assert desk.runner.run("publish") == SKIPPED | {"publish": "success"}, desk.runner.log
    assert "The editor was here." in desk.forum.only.raw
    assert "review/2023-03-27.md" not in desk.files()
    assert "published/2023-03-27.json" in desk.files()
    desk.runner.github["event_name"] = "schedule"
    assert desk.runner.run("weekly") == WELL
    assert "No week is due." in desk.runner.summary
    assert len(desk.own.pulls) == 1


def test_each_push_to_a_proposal_is_checked(desk: Desk) -> None:
    desk.configure("review")
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    desk.git("fetch", "--quiet", "origin")
    desk.git("checkout", "--quiet", "-B", "edit", f"origin/{BRANCH}")
    desk.runner.github |= {"event_name": "pull_request", "head_ref": BRANCH}

    desk.commit({NOTES: 'introduction = "TODO"\n[pulls]\n"#11514".text = "The editor was here."\n'}, BRANCH)
    assert desk.runner.run("review") == {"check": "failure"}
    assert (
        "::error file=review/2023-03-27.md,line=1::review/2023-03-27.md: line 5: 'TODO' looks like" in desk.runner.log
    )
    assert "- error: line 5: \\'TODO\\' looks like a placeholder" in desk.runner.summary
    page, post = desk.runner.artifacts["post"]
    assert "- The editor was here.\n" in post
    assert "The editor was here." in page

    desk.commit({NOTES: '[pulls]\n"#11514".txt = "a"\n', "weeks/2023-04-03.toml": "title = \n"}, BRANCH)
    assert desk.runner.run("review") == {"check": "failure"}
    assert f'::error file={NOTES},line=2::{NOTES}:2: pulls."#11514": unknown key' in desk.runner.log
    assert "::error file=weeks/2023-04-03.toml,line=1::weeks/2023-04-03.toml:1: not TOML" in desk.runner.log
    assert "| 2023-04-03 | held back |" in desk.runner.summary


def test_review_catches_up_with_a_pull_request_a_week(desk: Desk) -> None:
    desk.configure("review", "first_week = 2023-03-06")
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    weeks = ["weekly/2023-03-06", "weekly/2023-03-13", "weekly/2023-03-20"]
    assert [pull["head"]["ref"] for pull in desk.own.pulls] == weeks
    assert len(desk.runner.artifacts["preview"]) == 3
    assert desk.runner.run("weekly") == PROPOSED
    assert [pull["head"]["ref"] for pull in desk.own.pulls] == [*weeks, "weekly/2023-03-27"]


def test_a_week_with_a_closed_pull_request_is_left_alone(desk: Desk) -> None:
    desk.configure("review")
    desk.runner.run("weekly")
    desk.own.pulls[0]["state"] = "closed"
    assert desk.runner.run("weekly") == WELL
    assert len(desk.own.pulls) == 1
    assert "its pull request was closed, so it is left alone" in desk.runner.log


def test_monday_publishes_merged_weeks_that_publishing_missed(desk: Desk) -> None:
    desk.configure("review")
    desk.runner.run("weekly")
    desk.merge(1)
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #292"]


def test_a_fork_does_nothing_on_its_own(desk: Desk) -> None:
    desk.configure("direct")
    desk.runner.vars = {}
    assert desk.runner.run("weekly") == dict.fromkeys(WELL, "skipped")
    desk.runner.github["event_name"] = "push"
    assert desk.runner.run("publish") == SKIPPED
    assert desk.runner.steps == []


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    desk.configure("review", "first_week = 2023-03-13")
    desk.runner.github["event_name"] = "workflow_dispatch"
    for mode in ("direct", "review"):
        desk.runner.inputs = {"dry-run": True, "week": "2023-03-29", "mode": mode}
        assert desk.runner.run("weekly") == WELL | {"tell": "skipped"}, desk.runner.log
        assert "| 2023-03-27 | " in desk.runner.summary
        assert "shown only" in desk.runner.summary
    for words in ("Pull request from weekly/2023-03-27: Weekly status #292", "- Merging this publishes", "+[pulls]"):
        assert words in desk.runner.log
    assert desk.checkouts_are_clean()
    assert (desk.titles(), desk.own.pulls, desk.branches()) == ([], [], ["main"])


def refused(request: Request) -> Response:
    return Response.of_json({"message": "Bad credentials", "status": "401"}, 401)


def clashing(desk: Desk) -> None:
    desk.runner.run("weekly")
    ubuntu = "## Ubuntu\n\n- "
    desk.forum.edit(desk.forum.only.raw.replace(f"{ubuntu}Nothing to report this week", f"{ubuntu}Theirs."))
    desk.git("pull", "--quiet", "--rebase", "origin", "main")
    text = (desk.work / "weekly.toml").read_text(encoding="utf-8")
    desk.commit({"weekly.toml": text.replace('name = "Ubuntu"\nentries = []', 'name = "Ubuntu"\nentries = ["Ours."]')})


def failing(desk: Desk, what: str) -> None:
    """Make one thing go wrong."""
    if what in ("install", "preview"):
        desk.runner.fails_at = {"install": "Install weekly", "preview": "Write the previews"}[what]
    elif what == "gather":
        desk.github.faults = [refused]
    elif what == "forum":
        desk.discourse.answer = lambda request: Response.of_json(
            {"errors": ["no"], "error_type": "invalid_access"}, 403
        )
    elif what == "gap":
        desk.own.hub.forbidden = frozenset({"lxc/lxc"})
    elif what == "conflict":
        clashing(desk)
    elif what == "protected":
        desk.refuse_pushes("GH006: Protected branch update failed for refs/heads/main.")
    elif what == "propose":
        desk.own.may_propose = False
    else:
        desk.commit({"weekly.toml": "[project\n"})


@pytest.mark.parametrize(
    ("mode", "what", "why"),
    [
        ("direct", "install", "It ended before it could say why"),
        ("direct", "configuration", "weekly.toml:1: not TOML"),
        ("direct", "gather", "GITHUB_TOKEN was refused"),
        ("direct", "gap", "lxc/lxc"),
        ("direct", "forum", "DISCOURSE_API_KEY"),
        ("direct", "conflict", "decide with --theirs or --ours"),
        ("direct", "protected", "main: can't be pushed: GH006: Protected branch update failed for refs/heads/main."),
        ("review", "gather", "GITHUB_TOKEN was refused"),
        ("review", "gap", "run again to complete the week"),
        ("review", "protected", "the branch is protected. Let the token's user bypass the rule"),
        ("review", "propose", "Allow GitHub Actions to create and approve pull requests"),
        ("review", "preview", "It ended before it could say why"),
    ],
)  # fmt: skip
def test_a_failure_opens_one_issue_that_says_what_to_do_and_closes_when_all_is_well(
    desk: Desk, mode: str, what: str, why: str
) -> None:
    desk.configure(mode)
    failing(desk, what)
    assert "failure" in desk.runner.run("weekly").values(), desk.runner.log
    (issue,) = desk.own.issues
    plain = re.sub(r"[\\\u200b\u2060]", "", issue["body"])
    assert why in plain, plain
    assert (issue["title"], [label["name"] for label in issue["labels"]], issue["state"]) == (TITLE, [LABEL], "open")
    assert f"https://github.com/{REPO}/actions/runs/77" in issue["body"]
    assert TOKEN not in desk.runner.log + desk.runner.summary + issue["body"]
    assert KEY not in desk.runner.log + desk.runner.summary + issue["body"]


def test_repeated_failures_share_one_issue_that_a_good_run_closes(desk: Desk) -> None:
    desk.configure("direct")
    desk.github.faults = [refused]
    assert desk.runner.run("weekly") == ILL
    desk.github.faults = [refused]
    assert desk.runner.run("weekly") == ILL
    assert [issue["state"] for issue in desk.own.issues] == ["open"]
    assert desk.runner.run("weekly") == WELL
    assert [issue["state"] for issue in desk.own.issues] == ["closed"]
    assert desk.own.comments == [(1, f"All is well again: https://github.com/{REPO}/actions/runs/77")]
    desk.own.may_tell = False
    desk.runner.fails_at = "Publish or propose"
    assert desk.runner.run("weekly") == ILL | {"tell": "failure"}
    assert "give the job issues: write" in desk.runner.log


def test_a_published_week_is_recorded_although_a_later_one_fails(desk: Desk) -> None:
    desk.configure("direct", "first_week = 2023-03-20")
    done = desk.forum

    def answer(request: Request) -> Response:
        if request.method == "POST" and "#292" in request.body.decode():
            return Response.of_json({"errors": ["Not now"]}, 422)
        return done(request)

    desk.discourse.answer = answer
    assert desk.runner.run("weekly") == ILL
    assert desk.titles() == ["Weekly status #291"]
    assert "published/2023-03-20.json" in desk.files()
    desk.discourse.answer = done
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #291", "Weekly status #292"]


@pytest.mark.parametrize("is_signed", [False, True])
def test_a_push_during_the_run_is_kept(desk: Desk, is_signed: bool) -> None:
    desk.configure("direct")
    if is_signed:
        desk.demand_signatures()
    done = desk.forum

    def answer(request: Request) -> Response:
        if request.method == "POST":
            desk.commit({"meanwhile.txt": "here\n"})
        return done(request)

    desk.discourse.answer = answer
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert {"meanwhile.txt", "published/2023-03-27.json"} <= desk.files()


def test_where_signatures_are_demanded_github_makes_the_commits(desk: Desk) -> None:
    desk.configure("direct")
    desk.demand_signatures()
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.author() == SIGNER
    assert {"archive/2023-03-27.json", "published/2023-03-27.json"} <= desk.files()
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #292"]


def test_where_signatures_are_demanded_a_week_is_proposed_and_published(desk: Desk) -> None:
    desk.configure("review")
    desk.demand_signatures()
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    assert desk.author("weekly/2023-03-27") == SIGNER
    assert "review/2023-03-27.md" in desk.files("weekly/2023-03-27")
    desk.git("update-ref", "refs/heads/main", "refs/heads/weekly/2023-03-27", where=desk.origin)  # a merge
    desk.runner.github["event_name"] = "push"
    assert desk.runner.run("publish") == SKIPPED | {"publish": "success"}, desk.runner.log
    assert desk.titles() == ["Weekly status #292"]
    assert "review/2023-03-27.md" not in desk.files()


@pytest.mark.parametrize("what", sampled(["install", "forum", "protected"]))
def test_a_failed_publication_opens_an_issue_and_monday_publishes_the_week(desk: Desk, what: str) -> None:
    desk.configure("review")
    desk.runner.run("weekly")
    desk.merge(1)
    answer = desk.discourse.answer
    failing(desk, what)
    desk.runner.github["event_name"] = "push"
    assert desk.runner.run("publish") == SKIPPED | {"publish": "failure", "tell": "success"}, desk.runner.log
    assert len(desk.own.issues) == 1
    desk.discourse.answer = answer
    (desk.origin / "hooks" / "pre-receive").unlink(missing_ok=True)
    desk.runner.github["event_name"] = "schedule"
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #292"]
    assert desk.own.issues[0]["state"] == "closed"


def test_a_published_week_can_be_published_again_on_demand(desk: Desk) -> None:
    desk.configure("review")
    desk.runner.run("weekly")
    desk.merge(1)
    desk.runner.github["event_name"] = "workflow_dispatch"
    desk.runner.inputs = {"week": "2023-03-29"}
    for _ in range(2):
        assert desk.runner.run("publish") == SKIPPED | {"publish": "success"}, desk.runner.log
    assert desk.titles() == ["Weekly status #292"]
    assert "[left alone]" in desk.runner.summary


def test_a_run_by_hand_uses_the_given_mode(desk: Desk) -> None:
    desk.configure("review")
    desk.runner.github["event_name"] = "workflow_dispatch"
    desk.runner.inputs = {"week": "2023-03-20", "mode": "direct", "dry-run": False}
    assert desk.runner.run("weekly") == WELL, desk.runner.log
    assert desk.titles() == ["Weekly status #291"]
    assert desk.own.pulls == []


def test_titles_reach_no_shell_and_no_markup(desk: Desk) -> None:
    evil = "$(touch pwned) `touch pwned` ${{ github.token }} <img src=x> @everyone"
    hub = desk.own.hub
    hub.pulls = [msgspec.structs.replace(pull, title=evil) for pull in hub.pulls]
    desk.configure("review")
    assert desk.runner.run("weekly") == PROPOSED, desk.runner.log
    assert list(desk.folder.rglob("pwned")) == []
    body = desk.own.pulls[0]["body"]
    assert "<img" not in parser().render(body)


SECOND = """
[project]
name = "Charm"
[[repositories]]
repo = "canonical/charm-lxd"
[[sections]]
kind = "upstream"
[schedule]
mode = "review"
first_week = 2023-03-27
"""


def test_projects_in_folders_have_their_own_records_branches_failures_and_issues(desk: Desk) -> None:
    desk.runner.folders = (".", "teams/charm")
    desk.configure("direct", **{"teams/charm/weekly.toml": "broken"})
    ended = desk.runner.run("weekly")
    assert {job: ended[job] for job in WELL} == WELL, desk.runner.log
    assert ended["teams/charm/publish"] == "failure"
    assert desk.titles() == ["Weekly status #292"]
    assert [issue["title"] for issue in desk.own.issues] == [f"{TITLE} (teams/charm)"]

    desk.git("pull", "--quiet", "origin", "main")
    desk.commit({"teams/charm/weekly.toml": SECOND})
    ended = desk.runner.run("weekly")
    assert ended == WELL | {f"teams/charm/{job}": result for job, result in PROPOSED.items()}, desk.runner.log
    branch = "weekly/teams/charm/2023-03-27"
    assert [pull["head"]["ref"] for pull in desk.own.pulls] == [branch]
    assert "teams/charm/review/2023-03-27.md" in desk.files(branch)
    assert set(desk.runner.artifacts) == {"preview-teams-charm", "proposals-teams-charm"}
    assert [issue["state"] for issue in desk.own.issues] == ["closed"]

    desk.merge(1)
    desk.runner.inputs = {"folder": "teams/charm"}
    desk.runner.github["event_name"] = "workflow_dispatch"
    ended = desk.runner.run("publish")
    assert (ended["publish"], ended["teams/charm/publish"]) == ("skipped", "success"), desk.runner.log
    assert {"teams/charm/posts/2023-03-27.md", "teams/charm/archive/2023-03-27.json"} <= desk.files()
    assert desk.titles() == ["Weekly status #292"]
