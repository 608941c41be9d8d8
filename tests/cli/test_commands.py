"""The commands as a person or a job runs them: what goes where, and how they end."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Weekly
from tests.support.facts import MISSING, SHARED
from tests.support.github import Hub
from tests.support.server import Request, Response, Server
from weekly.cli import app
from weekly.cli.help import HelpCommand
from weekly.http import retry

LXD = [11514, 11517, 11519, 11521, 11522, 11525, 11526, 11529]
HEADINGS = [
    "# Introduction", "## Job openings", "## LXD", "## LXD Charm", "## YouTube videos", "# Contribute to LXD",
    "# Upcoming events", "# Ongoing projects", "# Upstream changes", "## LXD", "## LXC", "## LXCFS", "## Distrobuilder",
    "## LXD Charm", "# Distribution work", "## Ubuntu", "## Snap",
]  # fmt: skip


def online(weekly: Weekly, server: Server, token: str = "t0ken-of-a-test") -> Weekly:
    weekly.environment = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": token}
    return weekly


# The post ------------------------------------------------------------------------------------------------------------


def test_render_of_an_archived_week_needs_no_network(archived: Weekly) -> None:
    ran = archived("render", "--week", "2023-03-27")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("**Weekly status for the week of 27th March to 2nd April.**\n\n# Introduction\n")
    assert [line for line in ran.out.splitlines() if line.startswith("#")] == HEADINGS


def test_upstream_changes_lists_exactly_the_weeks_pull_requests(archived: Weekly) -> None:
    upstream = archived("render", "--week", "2023-03-27").out.partition("# Upstream changes")[2]
    upstream = upstream.partition("# Distribution work")[0]
    lists = dict(re.findall(r"^## (.+?)\n\n(.*?)(?=\n\n|\Z)", upstream, re.MULTILINE | re.DOTALL))
    links = {name: re.findall(r"\]\(https://github\.com/(.+)/pull/(\d+)\)", text) for name, text in lists.items()}
    assert links["LXD"] == [("canonical/lxd", str(number)) for number in LXD]
    assert lists["LXC"] == lists["LXCFS"] == "- Nothing to report this week"
    assert links["Distrobuilder"] == [("lxc/distrobuilder", "710")]
    assert links["LXD Charm"] == [("canonical/charm-lxd", "103")]


@pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)
def test_headings_match_the_published_post(archived: Weekly) -> None:
    published = (SHARED / "seed" / "weekly-status-292.txt").read_text(encoding="utf-8").splitlines()
    made = archived("render", "--week", "2023-03-27").out.splitlines()
    headings = [line.lstrip("# ") for line in made if line.startswith("#")]
    places: list[int] = []
    for heading in headings:
        places.append(published.index(heading, places[-1] + 1 if places else 0))
    assert places == sorted(places)
    assert made[0].strip("*") == published[0]
    for fixed in ("Improvements:", "Bug fixes:", "- Nothing to report this week"):
        assert fixed in published
        assert fixed in made


def test_bots_pull_requests_are_listed_but_never_highlighted(archived: Weekly) -> None:
    highlights, _, upstream = archived("render", "--week", "2023-03-27").out.partition("# Upstream changes")
    assert "opencontainers/runc" in upstream
    assert "opencontainers/runc" not in highlights


def test_render_gives_the_same_bytes_on_every_machine(run_python: Callable[..., Any]) -> None:
    """Protects `same commit, same bytes`: hash seed, zone and locale must not show."""
    worlds = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
        {
            "PYTHONHASHSEED": "4242",
            "TZ": "America/Los_Angeles",
            "LC_ALL": "POSIX",
            "PYTHONUTF8": "0",
            "PYTHONIOENCODING": "ascii",
        },
    ]
    posts = [
        run_python("-m", "weekly", "render", "--week", week, "-C", str(ROOT), env={"PYTHONPATH": str(ROOT)} | world)
        for world in worlds
        for week in ("2023-03-20", "2023-03-27")
    ]
    assert [post.returncode for post in posts] == [0] * 6
    assert posts[0].stdout == posts[2].stdout == posts[4].stdout
    assert posts[1].stdout == posts[3].stdout == posts[5].stdout
    assert posts[0].stdout != posts[1].stdout


def test_rendering_an_archived_week_imports_nothing_heavy(run_python: Callable[..., Any], tmp_path: Path) -> None:
    """Protects the start-up time, by what it depends on."""
    code = (
        "import sys; from weekly.cli import main\n"
        "try: main(['render', '--week', '2023-03-27', '-o', sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = set(run_python("-c", code, str(tmp_path / "post.md"), cwd=ROOT).stdout.split())
    assert (tmp_path / "post.md").is_file()
    assert "jinja2" in loaded
    heavy = {
        "github",
        "requests",
        "urllib3",
        "rich",
        "markdown_it",
        "nh3",
        "http",
        "graphql",
        "feedparser",
        "icalendar",
        "dateutil",
        "yaml",
    }
    assert not loaded & heavy


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["rendr"]])
def test_help_and_a_wrong_command_import_no_stage(run_python: Callable[..., Any], arguments: list[str]) -> None:
    code = (
        "import sys; from weekly.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('loaded', *sys.modules)"
    )
    loaded = run_python("-c", code, *arguments, cwd=ROOT).stdout.rpartition("loaded ")[2].split()
    assert "weekly.cli.app" in loaded
    assert not {"msgspec", "jinja2", "weekly.config", "weekly.pipeline"} & set(loaded)


def test_render_writes_to_a_file(archived: Weekly, tmp_path: Path) -> None:
    path = tmp_path / "new" / "post.md"
    ran = archived("render", "--week", "2023-W13", "-o", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert path.read_text(encoding="utf-8") == archived("render", "--week", "2023-03-27").out


def test_render_writes_html_and_json(archived: Weekly) -> None:
    page = archived("render", "--week", "2023-03-27", "--format", "html").out
    assert '<a href="https://github.com/canonical/lxd/pull/11514">' in page
    post = json.loads(archived("render", "--week", "2023-03-27", "--format", "json").out)
    assert post["title"] == "Weekly status #292"


def test_render_writes_many_weeks_to_a_folder(archived: Weekly, tmp_path: Path) -> None:
    ran = archived("render", "--since", "2023-03-20", "--until", "2023-04-02", "-o", str(tmp_path / "posts"))
    assert ran.code == 0
    assert sorted(path.name for path in (tmp_path / "posts").iterdir()) == ["2023-03-20.md", "2023-03-27.md"]
    assert archived("render", "--since", "2023-03-20").code == 2


def test_render_reports_the_number_of_posts(archived: Weekly, tmp_path: Path) -> None:
    ran = archived("render", "--since", "2023-03-27", "--until", "2023-03-27", "-o", str(tmp_path / "posts"))
    assert (ran.code, ran.err) == (0, f"weekly: 1 post in {tmp_path / 'posts'}\n")
    ran = archived("render", "--since", "2023-03-27", "--until", "2023-03-20", "-o", str(tmp_path / "none"))
    assert ran.code == 2
    assert "--until 2023-03-20 is before --since 2023-03-27" in ran.err
    assert not (tmp_path / "none").exists()


def test_the_weeks_monday_is_reported(archived: Weekly) -> None:
    assert (
        archived("render", "--week", "2023-03-30").err == "weekly: the week of 2023-03-27 (27th March to 2nd April)\n"
    )
    assert "2023-03-27" in archived("render").err, "the last whole week is the default"


# Gathering -----------------------------------------------------------------------------------------------------------


def test_render_gathers_a_missing_week(weekly: Weekly, github: Server) -> None:
    ran = online(weekly, github)("render", "--week", "2023-03-27")
    assert ran.code == 0
    assert "asking for the week of 2023-03-27" in ran.err
    assert ran.out.startswith("**Weekly status")
    assert len(github.requests) == 1
    assert (weekly.folder / "archive" / "2023-03-27.json").is_file()
    assert weekly("render", "--week", "2023-03-27").out == ran.out
    assert len(github.requests) == 1, "the second time it comes from the archive"


def test_gathering_twice_changes_nothing(weekly: Weekly, github: Server) -> None:
    online(weekly, github)("gather", "--week", "2023-03-27")
    path = weekly.folder / "archive" / "2023-03-27.json"
    before = path.read_bytes()
    assert "already has the week; --refresh gathers it again" in weekly("gather", "--week", "2023-03-27").err
    assert weekly("gather", "--week", "2023-03-27", "--refresh").code == 0
    assert path.read_bytes() == before


def test_the_token_is_sent_to_github_only(weekly: Weekly, github: Server) -> None:
    ran = online(weekly, github)("gather", "--week", "2023-03-27", "--debug")
    assert "t0ken-of-a-test" in github.requests[0].headers["authorization"]
    written = "".join(path.read_text(encoding="utf-8") for path in weekly.folder.rglob("*") if path.is_file())
    assert "t0ken-of-a-test" not in ran.out + ran.err + written


def test_a_provisional_week_is_gathered_again(weekly: Weekly, github: Server, hub: Hub) -> None:
    weekly.now = datetime(2023, 3, 29, 12, tzinfo=UTC)
    later = [pull for pull in hub.pulls if pull.merged_at > weekly.now]
    hub.pulls = [pull for pull in hub.pulls if pull.merged_at <= weekly.now]
    ran = online(weekly, github)("gather", "--week", "this")
    assert "provisional, since the week has not ended" in ran.err
    hub.pulls += later
    weekly("render", "--week", "2023-03-27")
    assert len(github.requests) == 1, "still running: what is archived will do"
    weekly.now = datetime(2023, 4, 3, 7, tzinfo=UTC)
    ran = weekly("render", "--week", "2023-03-27")
    assert "it had not ended when it was archived" in ran.err
    assert len(github.requests) == 2
    assert "pull/11529" in ran.out


def test_a_gap_is_shown_and_exits_with_1(weekly: Weekly, github: Server, hub: Hub) -> None:
    hub.forbidden = frozenset({"lxc/lxcfs"})
    ran = online(weekly, github)("render", "--week", "2023-03-27")
    assert ran.code == 1
    assert "gap: lxc/lxcfs: may not be read with this token; " in ran.err
    lxcfs = ran.out.partition("## LXCFS")[2].partition("## Distrobuilder")[0]
    assert "**Not known:** lxc/lxcfs: may not be read with this token" in lxcfs
    assert "Nothing to report" not in lxcfs
    hub.forbidden = frozenset()
    assert weekly("render", "--week", "2023-03-27").code == 0, "a gap is asked for again"


def test_a_repository_missing_from_the_archive_is_a_gap(archived: Weekly) -> None:
    path = archived.folder / "weekly.toml"
    path.write_text(path.read_text().replace('"lxc/lxcfs"', '"lxc/other"'))
    ran = archived("render", "--week", "2023-03-27")
    assert ran.code == 1
    assert (
        "lxc/other: is not in the archive of this week; gather it: weekly gather --week 2023-03-27 --refresh" in ran.err
    )


def test_a_complete_week_is_never_replaced_by_one_with_a_gap(archived: Weekly, github: Server, hub: Hub) -> None:
    path = archived.folder / "archive" / "2023-03-27.json"
    before = path.read_bytes()
    hub.pulls = [pull for pull in hub.pulls if pull.repo != "canonical/lxd"]
    hub.quiet = tuple(repo for repo in hub.quiet if repo != "canonical/lxd")
    ran = online(archived, github)("gather", "--week", "2023-03-27", "--refresh")
    assert ran.code == 1
    assert "left as it was" in ran.err
    assert path.read_bytes() == before


def test_refresh_reports_changes(archived: Weekly, github: Server, hub: Hub) -> None:
    hub.pulls = [pull for pull in hub.pulls if pull.number != 710]
    ran = online(archived, github)("gather", "--week", "2023-03-27", "--refresh")
    assert "lxc/distrobuilder#710: gone: build(deps): bump" in ran.err


def test_a_backfill_takes_few_requests_and_continues_after_a_stop(weekly: Weekly, github: Server, hub: Hub) -> None:
    online(weekly, github)("gather", "--since", "2023-01-02", "--until", "2023-03-05")
    assert len(github.requests) == 2, "nine weeks, five at once"
    archived = sorted(path.stem for path in (weekly.folder / "archive").iterdir())
    assert len(archived) == 9
    (weekly.folder / "archive" / "2023-02-06.json").unlink()
    ran = weekly("gather", "--since", "2023-01-02", "--until", "2023-04-02")
    assert ran.code == 0
    assert len(github.requests) == 2 + 3, "the week that was missing, the four that are new, and files that they name"
    assert ran.err.count("complete") == 5
    assert "2023-03-27.json: 10 pull requests in 5 repositories, complete" in ran.err


def test_a_failed_backfill_keeps_gathered_weeks(
    weekly: Weekly, github: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weekly.http.retry.TRIES", 1)

    def broken(request: Request) -> Response | None:
        """Fail for the last weeks, whichever request comes first."""
        return Response.of_json({"message": "Server Error"}, 500) if b"2023-04-02" in request.body else None

    github.faults = [broken] * 9
    ran = online(weekly, github)("gather", "--since", "2023-01-30", "--until", "2023-04-02")
    github.faults = []
    assert ran.code == 1
    assert len(list((weekly.folder / "archive").iterdir())) >= 4
    assert weekly("gather", "--since", "2023-01-30", "--until", "2023-04-02").code == 0
    assert len(list((weekly.folder / "archive").iterdir())) == 9


# Explaining ----------------------------------------------------------------------------------------------------------


def test_explain_covers_each_pull_request(archived: Weekly) -> None:
    rows = json.loads(archived("explain", "--week", "2023-03-27", "--format", "json").out)
    assert [row["ref"] for row in rows[:8]] == [f"canonical/lxd#{number}" for number in LXD]
    kinds = {row["ref"].rpartition("#")[2]: row["kind"] for row in rows}
    assert [number for number, kind in kinds.items() if kind == "bugfix"] == ["11517", "11525", "11526"]
    assert kinds["710"] == "dependencies"
    for row in rows:
        assert {"ref", "kind", "rule", "evidence", "sure", "editor", "places"} <= row.keys()
        assert row["rule"]
        assert row["evidence"]
        assert any(place.startswith("Upstream changes: ") for place in row["places"])


def test_explain_prints_a_pull_request_in_lines(archived: Weekly) -> None:
    for name in ("canonical/lxd#11526", "#11526", "11526", "Canonical/LXD#11526"):
        ran = archived("explain", "--week", "2023-03-27", name)
        assert ran.out.startswith(
            "canonical/lxd#11526  Fix candid based authentication on file transfers\n"
            "  sentence: Fixed candid based authentication on file transfers.\n  kind: bugfix, "
        )
        assert "position: LXD: Bug fixes; Upstream changes: LXD" in ran.out
        assert ran.out.count("\n\n") == 1


def test_explain_names_the_fields_that_rest_lacks(weekly: Weekly, github: Server) -> None:
    ran = online(weekly, github, token="")("explain", "--week", "2023-03-27", "#710", "--verbose")
    assert len(github.requests) == 10, "a search and a list of releases for each repository"
    assert "unknown to the source: base, closes, commits, files, head, merged_by" in ran.out


def test_explain_suggests_a_similar_pull_request(archived: Weekly) -> None:
    ran = archived("explain", "--week", "2023-03-27", "canonical/lxd#11515")
    assert (ran.code, ran.out) == (2, "")
    assert (
        "canonical/lxd#11515: no pull request of the week of 2023-03-27; did you mean 'canonical/lxd#11525'?" in ran.err
    )


# What is wrong -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["render", "--week", "2023-13-45"], 2, "week '2023-13-45': month must be in 1..12"),
        (["render", "--week", "2030-01-01"], 2, "the week of 2029-12-31 has not begun yet"),
        (
            ["render", "--weak", "2023-03-27"],
            2,
            "^weekly: error: --weak: no such option; did you mean '--week'\\?\nweekly: see 'weekly render --help'\n$",
        ),
        (
            ["rendr"],
            2,
            "^weekly: error: rendr: no such command; did you mean 'render'\\?\nweekly: see 'weekly --help'\n$",
        ),
        (["2023-03-27"], 2, "2023-03-27: no such command\n"),
        (["render", "2023-03-27", "--week", "last"], 2, "the week is given twice"),
        (["publish", "--topic", "0"], 2, "--topic: 0 is not in the range"),
        (["render", "--format", "pdf"], 2, "--format: 'pdf' is not one of 'md', 'html', 'json'\n"),
        (["gather", "--until", "2023-03-27"], 2, "--until goes with --since"),
        (["gather", "--since", "2023-03-27", "--until", "2023-03-13"], 2, "is before --since"),
        (["gather", "--max-wait", "-1"], 2, "--max-wait"),
        (["render", "-C", "/nowhere"], 2, "/nowhere"),
        (["-C", "/nowhere", "render"], 2, "/nowhere"),
        (["-C"], 2, "-C: requires an argument\n"),
    ],
)
def test_invalid_arguments_exit_with_2_and_a_line(
    archived: Weekly, arguments: list[str], code: int, error: str
) -> None:
    ran = archived(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert re.search(error, ran.err), ran.err
    assert "Traceback" not in ran.err


def test_the_folder_option_works_before_and_after_the_command(
    archived: Weekly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later counts, as in a shell's alias to which something is added."""
    place, expected = str(archived.folder), archived("render", "--week", "2023-03-27").out
    archived.folder = tmp_path.parent
    for arguments in (
        ("-C", place, "render", "--week", "2023-03-27"),
        ("-C", "/nowhere", "-C", place, "render", "--week", "2023-03-27"),
        ("-C", "/nowhere", "render", "--week", "2023-03-27", "-C", place),
    ):
        assert archived(*arguments).out == expected
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)  # there is no GitHub to ask
    new = tmp_path / "new"
    assert archived("-C", str(new), "init", "octo/hello").code == 0
    assert (new / "weekly.toml").is_file()
    assert "  -C DIR " in archived("--help").out


def test_a_missing_weekly_toml_is_an_error(weekly: Weekly) -> None:
    (weekly.folder / "weekly.toml").unlink()
    ran = weekly("render")
    assert ran.code == 2
    assert ran.err == (
        f"weekly: error: weekly.toml: not found in {weekly.folder} or above; "
        "go to the project's folder, or give it with -C DIR\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("most = 12", "mots = 12", "highlights: unknown key 'mots'; did you mean 'most'?"),
        ('zone = "UTC"', 'zone = "Mars"', "project.zone: 'Mars' is not a time zone"),
    ],
)
def test_an_invalid_weekly_toml_is_an_error(archived: Weekly, old: str, new: str, error: str) -> None:
    path = archived.folder / "weekly.toml"
    path.write_text(path.read_text().replace(old, new))
    ran = archived("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (2, "")
    assert error in ran.err
    assert ran.err.count("\n") == 1


def test_a_repository_that_does_not_exist_is_reported(weekly: Weekly, github: Server) -> None:
    path = weekly.folder / "weekly.toml"
    path.write_text(path.read_text().replace('"lxc/lxcfs"', '"lxc/lxcfz"'))
    for token in ("t0ken", ""):
        ran = online(weekly, github, token)("gather", "--week", "2023-03-27", "--refresh")
        assert ran.code == 1
        assert "lxc/lxcfz: was not found; check its name in weekly.toml" in ran.err


def test_an_invalid_token_is_an_error(weekly: Weekly, github: Server, hub: Hub) -> None:
    hub.token = "the right one"
    ran = online(weekly, github, "s3cret")("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[-1] == (
        f"weekly: error: {github.url}/graphql: the token in GITHUB_TOKEN was refused (401 Bad credentials); "
        "give one that is valid"
    )
    assert not (weekly.folder / "archive").exists()


@pytest.mark.parametrize("token", ["t0ken", ""])
def test_no_network(weekly: Weekly, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weekly.http.retry.TRIES", 1)
    weekly.environment = {"GITHUB_TOKEN": token}
    ran = weekly("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (1, "")
    assert re.match(r"weekly: error: https://api\.github\.com/\S+: can't be reached: \w+", ran.err.splitlines()[-1])
    assert not (weekly.folder / "archive").exists()


def test_a_corrupted_archive(archived: Weekly) -> None:
    path = archived.folder / "archive" / "2023-03-27.json"
    path.write_bytes(path.read_bytes()[:-100])
    ran = archived("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (2, "")
    assert "error: archive/2023-03-27.json: not JSON: " in ran.err
    assert "take the file from git, or gather the week again with --refresh" in ran.err


def test_a_corrupted_week_can_be_gathered_again(archived: Weekly, github: Server) -> None:
    path = archived.folder / "archive" / "2023-03-27.json"
    path.write_bytes(b"{")
    assert online(archived, github)("gather", "--week", "2023-03-27", "--refresh").code == 0
    assert archived("render", "--week", "2023-03-27").code == 0


@pytest.mark.parametrize(
    ("template", "error"),
    [
        (
            "{{ section.nothing }}",
            r"nothing\.md\.j2:1: the .* section has no 'nothing'; permitted: heading, level, text",
        ),
        ("\n{% for %}", r"nothing\.md\.j2:2: "),
        ("\n{% include 'missing.j2' %}", r"nothing\.md\.j2:2: template missing\.j2: not found"),
        ("{{ 1 / 0 }}", r"nothing\.md\.j2:1: division by zero"),
    ],
)
def test_an_error_names_a_broken_templates_line(archived: Weekly, template: str, error: str) -> None:
    path = archived.folder / "templates" / "sections" / "nothing.md.j2"
    path.parent.mkdir(parents=True)
    path.write_text(template)
    ran = archived("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (2, "")
    assert re.search(error, ran.err), ran.err


def test_a_projects_template_takes_precedence_and_escapes_values(archived: Weekly) -> None:
    path = archived.folder / "templates" / "sections" / "nothing.md.j2"
    path.parent.mkdir(parents=True)
    path.write_text("- Nothing *at all*, {{ '@everyone <b>' }}\n")
    assert "- Nothing *at all*, @\u2060everyone \\<b\\>\n" in archived("render", "--week", "2023-03-27").out


def test_a_bug_is_reported_in_a_line_and_with_debug_in_a_traceback(
    archived: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("oh no, t0ken-of-a-test")

    monkeypatch.setattr("weekly.cli.render.Project.at", broken)
    archived.environment = {"GITHUB_TOKEN": "t0ken-of-a-test"}
    assert (
        archived("render").err
        == "weekly: error: this is a bug in weekly: RuntimeError: oh no, …; --debug shows the traceback\n"
    )
    debugged = archived("render", "--debug").err
    assert "Traceback" in debugged
    assert "t0ken-of-a-test" not in debugged


def test_an_interruption_leaves_no_partial_file(
    weekly: Weekly, github: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(request: object) -> Response:
        return Response.of_json({"message": "slow down"}, 429, retry_after="60")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    github.faults = [interrupt]
    monkeypatch.setattr("weekly.http.retry.RetryBudget.wait", stop)
    ran = online(weekly, github)("gather", "--week", "2023-03-27")
    assert ran.code == app.INTERRUPTED
    assert "interrupted" in ran.err
    assert not (weekly.folder / "archive").exists()


def test_every_command_and_option_has_help_and_a_place_in_the_reference(weekly: Weekly) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name, command in app.commands().items():
        assert command.help
        assert f"## weekly {name}\n" in page
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", None), f"{name} {parameter.name}"
    assert weekly("--help").code == 0


def test_render_stops_quietly_when_its_reader_stops(run_python: Callable[..., Any]) -> None:

    command = f"{sys.executable} -m weekly render --week 2023-03-27 | head -c 10"
    ran = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S602  a pipe
    assert ran.stdout == "**Weekly s"
    assert ran.stderr == ""


# The command line ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("2023-03-27",), ("27", "March", "2023"), ("2023-W13",), ("last",)])
def test_a_week_may_be_an_argument(archived: Weekly, words: tuple[str, ...]) -> None:
    expected = archived("render", "--week", "2023-03-27").out
    assert archived("render", *words).out == expected


@pytest.mark.parametrize(
    ("words", "ref"),
    [
        (("2023-03-27", "#11526"), "canonical/lxd#11526"),
        (("2023-03-27", "11526"), "canonical/lxd#11526"),
        (("27", "March", "2023", "canonical/lxd#11526"), "canonical/lxd#11526"),
        (("11526",), "canonical/lxd#11526"),
        (("https://github.com/canonical/lxd/pull/11526",), "canonical/lxd#11526"),
        (("20230327",), None),
        (("27", "March", "2023"), None),
    ],
)
def test_explain_takes_a_week_and_a_pull_request(archived: Weekly, words: tuple[str, ...], ref: str | None) -> None:
    rows = json.loads(archived("explain", *words, "--format", "json").out)
    assert (rows[0]["ref"], len(rows)) == (ref, 1) if ref else len(rows) > 5


def test_explain_gives_a_plain_reason_and_with_verbose_the_rule(archived: Weekly) -> None:
    plain = archived("explain", "2023-03-27", "#11526").out
    assert "  reason: The title says 'fix'" in plain
    assert "  audience: users\n" in plain
    assert "  address: https://github.com/canonical/lxd/pull/11526\n" in plain
    assert "  rule: " not in plain
    assert "  rule: words: the title says 'fix'" in archived("explain", "2023-03-27", "#11526", "-v").out


def test_explain_lists_uncertain_pull_requests(archived: Weekly) -> None:
    path = archived.folder / "weekly.toml"
    text = path.read_text(encoding="utf-8")
    for threshold, is_sure in (("0.0", True), ("1.0", False)):
        path.write_text(text.replace("unsure_below = 0.85", f"unsure_below = {threshold}"), encoding="utf-8")
        out = archived("explain", "2023-03-27", "--unsure").out
        assert (out == "No uncertain pull requests.\n") is is_sure
        assert ("UNSURE (" in out) is not is_sure
        assert ", sure (" not in out or is_sure or "(100%)" in out


def test_quiet_prints_results_and_errors_only(archived: Weekly) -> None:
    assert "the week of 2023-03-27" in archived("render", "last").err
    assert archived("render", "last", "--quiet").err == ""
    assert archived("render", "last").err, "it holds for one command"
    assert "error: week" in archived("render", "2030-01-01", "-q").err


def test_check_prints_its_findings_as_json(archived: Weekly) -> None:
    (archived.folder / "templates").mkdir()
    (archived.folder / "templates" / "unused.md.j2").write_text("", encoding="utf-8")
    rows = json.loads(archived("check", "2023-03-27", "--format", "json").out)
    (row,) = (row for row in rows if row["rule"] == "template")
    assert (row["severity"], row["where"], row["line"]) == ("warning", "templates/unused.md.j2", 0)


def test_check_reports_that_there_are_no_findings(archived: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weekly.cli.check.check_project", lambda _: ())
    assert archived("check", "2023-03-27").out == "No findings.\n"
    assert archived("check", "2023-03-27", "--format", "json").out == "[]\n"


def test_help_has_groups_examples_and_environment_variables(weekly: Weekly) -> None:
    text = weekly("--help").out
    for title in ("Begin:", "Write the post:", "Publish it:", "Run unattended:", "Examples:", "Completion:"):
        assert title in text
    for name, command in app.commands().items():
        assert "…" not in text.partition(f"  {name} ")[2].partition("\n")[0]
        assert isinstance(command, HelpCommand)
        summary = next(names[name] for names in app.GROUPS.values() if name in names)
        assert " ".join((command.help or "").partition("\n\n")[0].split()) == summary
        assert command.examples, name
        for variable in command.environment:
            assert variable in weekly(name, "--help").out


@pytest.mark.parametrize("name", list(app.commands()))
def test_the_examples_of_the_help_are_valid(name: str, weekly: Weekly) -> None:
    """Each is parsed with its command's options; what they do is tested elsewhere."""
    command = app.commands()[name]
    assert isinstance(command, HelpCommand)
    for example in command.examples:
        words = shlex.split(re.split(r"\s{2,}", example)[0])
        assert words[:2] == ["weekly", name]
        command.make_context(name, words[2:], obj=None, resilient_parsing=False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("weekly rend", {"render"}),
        ("weekly render 2023-03", {"2023-03-20", "2023-03-27"}),
        ("weekly render --week 2023-03-2", {"2023-03-20", "2023-03-27"}),
        ("weekly explain 2023-03-27 lxc/", {"lxc/distrobuilder#710"}),
    ],
)
def test_weeks_and_pull_requests_are_completed(words: str, expected: set[str]) -> None:
    line = words.split()
    environment = {
        **os.environ, "_WEEKLY_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(line) - 1),
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-m", "weekly"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert {row.partition(",")[2] for row in ran.stdout.splitlines()} == expected, ran.stderr


def test_quiet_still_prints_the_reason_for_the_exit_code(weekly: Weekly, github: Server, hub: Hub) -> None:
    hub.forbidden = frozenset({"lxc/lxcfs"})
    ran = online(weekly, github)("gather", "--week", "2023-03-27", "--quiet")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "lxc/lxcfs: may not be read with this token" in ran.err
    ran = weekly("render", "2023-03-27", "-q")
    assert ran.code == 1
    assert "gap: lxc/lxcfs" in ran.err
    ran = weekly("publish", "2023-03-27", "--to", "posts", "-q")
    assert ran.code == 1
    assert "not published: " in ran.err
