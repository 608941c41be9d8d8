"""A person at a terminal sees what takes long; a pipe, a log and somebody who doesn't have to wait see nothing of it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT, Weekly
from weekly import console
from weekly.cli import check

WORK = """
import sys, time
from weekly import console
console.PROGRESS_DELAY = float(sys.argv[1])
with console.progress("rendering [b]posts[/b]", 40) as step:
    for number in range(40):
        time.sleep(0.02)
        step()
        if number == 30:
            console.say("the week of 2023-03-27 is not archived")
console.say("done")
"""


def seen(*arguments: str, code: str = WORK) -> tuple[int, str]:
    """What a process that has a terminal of its own shows there, and how it ends."""
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=its, stdout=subprocess.DEVNULL, stderr=its, env=environment
    ) as process:
        os.close(its)
        output = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # Linux says so at the end
                break
            if not piece:
                break
            output += piece
        os.close(ours)
    return process.returncode, output.decode()


def test_long_work_shows_its_progress() -> None:
    code, output = seen("0.1")
    assert code == 0
    assert "rendering [b]posts[/b]" in output
    counts = [int(count) for count in re.findall(r"(\d+)/40", output)]
    assert len(set(counts)) > 3
    assert counts == sorted(counts)
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", output)
    assert plain.count("weekly: the week of 2023-03-27 is not archived\r\n") == 1
    assert output.endswith("weekly: done\r\n")
    assert output.count("\x1b[?25l") == output.count("\x1b[?25h"), "the cursor stays hidden"
    assert output.rpartition("/40")[2].count("\x1b[2K") > 0, "the line stays"


def test_short_work_shows_none() -> None:
    assert seen("60") == (0, "weekly: the week of 2023-03-27 is not archived\r\nweekly: done\r\n")


def test_a_pipe_gets_messages_only() -> None:
    command = [sys.executable, "-c", WORK, "0.1"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stderr == "weekly: the week of 2023-03-27 is not archived\nweekly: done\n"


def test_the_line_is_removed_when_the_work_fails() -> None:
    code, output = seen(
        "0.1", code=WORK.replace("if number == 30:", "if number == 30: raise SystemExit(143)\n        if 0:")
    )
    assert code == 143
    assert "rendering" in output
    assert output.count("\x1b[?25l") == output.count("\x1b[?25h") == 1


def test_rendering_many_weeks_counts_them(tmp_path: Path) -> None:
    code = (
        "from weekly import console; from weekly.cli import main; console.PROGRESS_DELAY = 0.0; "
        f"main(['render', '-C', {str(ROOT)!r}, '--since', '2023-03-20', '--until', '2023-03-27', '-o', {str(tmp_path)!r}])"
    )
    ended, output = seen(code=code)
    assert ended == 0
    assert "2/2" in output
    assert re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", output).endswith(f"weekly: 2 posts in {tmp_path}\r\n")


@pytest.mark.parametrize(
    ("environment", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_errors_are_red_at_a_terminal_only(environment: dict[str, str], is_coloured: bool) -> None:
    code = f"import os; os.environ.update({environment!r}); from weekly.cli import main; main(['rendr'])"
    _, text = seen(code=code)
    assert ("\x1b[31merror:\x1b[0m" in text) is is_coloured
    assert "rendr: no such command; did you mean 'render'?" in text


@pytest.mark.parametrize("is_terminal", [True, False])
def test_diffs_and_findings_are_coloured_at_a_terminal_only(
    archived: Weekly, monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    (archived.folder / "templates").mkdir()
    (archived.folder / "templates" / "unused.md.j2").write_text("", encoding="utf-8")
    if is_terminal:
        monkeypatch.setattr(console, "styled", lambda text, colour, _: click.style(text, fg=colour))
        monkeypatch.setattr(check, "styled", console.styled)
    diff = archived("publish", "2023-03-27", "--to", "posts", "--dry-run").out
    assert ("\x1b[32m+# Introduction\x1b[0m\n" in diff) is is_terminal
    assert ("\x1b[33mwarning:\x1b[0m templates/unused.md.j2" in archived("check", "2023-03-27").out) is is_terminal


def test_publish_prints_its_result_as_json(archived: Weekly) -> None:
    command = ("publish", "2023-03-27", "--to", "posts", "--format", "json")
    assert json.loads(archived(*command, "--dry-run").out)["changed"] is False
    first, second = archived(*command), archived(*command)
    expected = {"week": "2023-03-27", "code": 0, "dry_run": False, "url": "posts/2023-03-27.md"}
    assert {**json.loads(first.out), "reasons": []} == {**expected, "changed": True, "reasons": []}
    assert {**json.loads(second.out), "reasons": []} == {**expected, "changed": False, "reasons": []}
    assert "posts/2023-03-27.md" in first.err


def test_verbose_prints_details(archived: Weekly) -> None:
    assert "from archive/2023-03-27.json" in archived("render", "2023-03-27", "--verbose").err
    assert archived("render", "2023-03-27").err == ""


@pytest.mark.parametrize(
    "line",
    [
        "::set-output name=x::y", "  ::error::no", "\t::add-mask::x", "a\n::stop-commands::x", "a\r::debug::x",
        "##[set-output name=x]y", "text ##[command]rm", " ##[group]",
    ],
)  # fmt: skip
def test_no_text_becomes_a_command_to_the_runner(
    line: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def is_command(text: str) -> bool:
        """The runner trims a line, and knows two forms."""
        return any(one.strip().startswith("::") or "##[" in one for one in re.split(r"[\r\n]+", text))

    assert is_command(line)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    shown = console.without_commands(line)
    assert not is_command(shown)
    assert shown.replace("\u200b", "") == line
    console.say(line)
    assert not is_command(capfd.readouterr().err)
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert console.without_commands(line) == line


def test_an_annotation_is_one_command_whatever_its_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    console.annotate("error", "a\n::add-mask::b%0A ##[error]c", path="weeks/a,b:c.toml", line=3)
    assert capsys.readouterr().out == (
        "::error file=weeks/a%2Cb%3Ac.toml,line=3::a ::add-mask::b%250A ##\u200b[error]c\n"
    )
    console.annotate("warning", "words")
    assert capsys.readouterr().out == "::warning::words\n"
