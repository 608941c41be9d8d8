"""The workflows as GitHub and two linters read them, and what they must never do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.runner import filled, load
from weekly import scaffold

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CALLED = ROOT / ".github" / "workflows" / "weekly-project.yml"
FILES = [*WORKFLOWS, ROOT / "action.yml"]
BIN = Path(sys.executable).parent


def linted(*command: str | Path) -> None:
    ran = subprocess.run([BIN / str(command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_actionlint_finds_nothing() -> None:
    linted("actionlint", "-no-color", *WORKFLOWS)


def test_zizmor_finds_nothing_that_has_no_written_reason() -> None:
    linted("zizmor", "--offline", "--persona=auditor", "--no-progress", *FILES)
    config = (ROOT / ".github" / "zizmor.yml").read_text(encoding="utf-8")
    for rule in re.findall(r"^  \w[\w-]*:\n(.*?)disable", config, re.MULTILINE | re.DOTALL):
        assert rule.strip().startswith("# "), "each has its reason"


def test_workflows_fit_githubs_schemas() -> None:
    linted("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    linted("check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")
    linted("check-jsonschema", "--builtin-schema", "vendor.dependabot", ROOT / ".github" / "dependabot.yml")
    forms = [path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    linted("check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", *forms)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actions_are_pinned_and_nothing_is_put_into_a_script(path: Path) -> None:
    steps = steps_of(load(path))
    assert steps or CALLED.name in path.read_text(encoding="utf-8")
    for step in steps:
        uses = step.get("uses", "./")
        assert uses == "./" or re.search(r"@[0-9a-f]{40}$", uses), uses
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_job_has_the_least_rights_and_forks_reach_no_secret(path: Path) -> None:
    workflow: dict[Any, Any] = load(path)
    events = workflow[True]  # YAML 1.1 reads the key `on` so
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in events
    if "pull_request" in events:
        assert "secrets." not in path.read_text(encoding="utf-8")
    for job in workflow["jobs"].values():
        assert job["permissions"]
        if "uses" in job:
            needed = [right for one in load(CALLED)["jobs"].values() for right in one["permissions"].items()]
            assert job["uses"] == f"./.github/workflows/{CALLED.name}"
            assert job["permissions"] == dict(sorted(needed, key=lambda pair: pair[1]))
            continue
        assert "timeout-minutes" in job
        may_write = {right for right, level in job["permissions"].items() if level == "write"}
        assert may_write <= {"contents", "pull-requests"} or may_write in ({"issues"}, {"id-token", "attestations"})


def test_what_init_writes_is_what_runs_here() -> None:
    for name in scaffold.WORKFLOWS:
        ours = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
        assert ours == (ROOT / "templates" / "init" / name).read_text(encoding="utf-8")


def steps_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    if "runs" in found:
        steps: list[dict[str, Any]] = found["runs"]["steps"]
        return steps
    return [step for job in found["jobs"].values() for step in job.get("steps", ())]


def test_a_queued_run_is_cancelled_only_by_one_that_does_the_same() -> None:
    """GitHub keeps one waiting run a group: so a group says all that a run is asked for."""
    groups = set()
    asked = [
        (name, folder, {"folder": only, "week": week, "mode": mode, "dry-run": dry_run})
        for name in ("weekly", "publish")
        for folder in (".", "second")
        for only in ("", "second")
        for week in ("", "2023-03-27", "2023-04-03")
        for mode in ("", "direct", "review")
        for dry_run in (False, True)
        if name == "weekly" or (not mode and not dry_run)
    ]
    workflows = {name: load(ROOT / ".github" / "workflows" / f"{name}.yml") for name in ("weekly", "publish")}
    for name, folder, inputs in asked:
        concurrency = workflows[name]["jobs"]["project"]["concurrency"]
        assert concurrency["cancel-in-progress"] is False
        groups.add(filled(concurrency["group"], {"inputs": inputs, "matrix": {"folder": folder}}))
    assert len(groups) == len(asked)


def test_only_publishing_from_the_default_branch_has_a_secret_that_writes() -> None:
    for job, spec in load(CALLED)["jobs"].items():
        text = str(spec)
        assert ("DISCOURSE" in text) is (job == "publish")
        assert ("WEEKLY_TOKEN" in text) is (job == "publish")
        if job == "publish":
            assert "github.ref_name == github.event.repository.default_branch" in spec["if"]
            assert spec["environment"] == "weekly"
        if job == "prepare":
            assert set(spec["permissions"].values()) == {"read"}
