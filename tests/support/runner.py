"""Runs a workflow's `run:` steps as GitHub's runner would: in order, in a shell, with its files and its conditions.

It knows the expressions that the workflows use, and refuses any other, so that none goes by untried.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

_TOKEN = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<op>&&|\|\||==|!=|!|\(|\))|(?P<name>[A-Za-z_][\w.-]*(?:\(\))?))")


@cache
def load(path: Path) -> dict[str, Any]:
    """A workflow, which nobody changes; YAML 1.1 reads the key `on` as True."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def evaluate(expression: str, context: Mapping[str, Any]) -> Any:
    """GitHub's expression over the context: ||, &&, !, ==, != and names. A missing name is ""."""
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(expression.rstrip()):
        match = _TOKEN.match(expression, place)
        assert match is not None, f"an expression that this runner doesn't know: {expression}"
        assert match.lastgroup is not None
        tokens.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    value = _either(tokens, context)
    assert not tokens, f"an expression that this runner doesn't know: {expression}"
    return value


def _either(tokens: list[tuple[str, str]], context: Mapping[str, Any]) -> Any:
    value = _both(tokens, context)
    while tokens and tokens[0][1] == "||":
        tokens.pop(0)
        other = _both(tokens, context)
        value = value or other
    return value


def _both(tokens: list[tuple[str, str]], context: Mapping[str, Any]) -> Any:
    value = _equal(tokens, context)
    while tokens and tokens[0][1] == "&&":
        tokens.pop(0)
        other = _equal(tokens, context)
        value = value and other
    return value


def _equal(tokens: list[tuple[str, str]], context: Mapping[str, Any]) -> Any:
    value = _one(tokens, context)
    while tokens and tokens[0][1] in ("==", "!="):
        wanted = tokens.pop(0)[1] == "=="
        value = (value == _one(tokens, context)) is wanted
    return value


def _one(tokens: list[tuple[str, str]], context: Mapping[str, Any]) -> Any:
    kind, word = tokens.pop(0)
    if word == "!":
        return not _one(tokens, context)
    if word == "(":
        value = _either(tokens, context)
        assert tokens.pop(0)[1] == ")"
        return value
    if kind == "text":
        return word[1:-1]
    if word in ("true", "false"):
        return word == "true"
    value = context
    for step in word.split("."):
        value = value.get(step, "") if isinstance(value, Mapping) else ""
    return value


def filled(text: Any, context: Mapping[str, Any]) -> str:
    """A text with its expressions in place."""
    if not isinstance(text, str):
        return json.dumps(text)

    def value(match: re.Match[str]) -> str:
        if match[1].strip() == "toJSON(needs)":
            return json.dumps(context["needs"])
        found = evaluate(match[1], context)
        return str(found).lower() if isinstance(found, bool) else str(found)

    return re.sub(r"\$\{\{(.*?)\}\}", value, text)


def typed(value: Any, context: Mapping[str, Any]) -> Any:
    """The value of an input: what its expression gives, if it is nothing else."""
    match = re.fullmatch(r"\$\{\{([^}]*)\}\}", value) if isinstance(value, str) else None
    return evaluate(match[1], context) if match else value


def permits(condition: str | None, context: Mapping[str, Any]) -> bool:
    """Whether an `if:` lets it run; without a word on the status, only while all went well."""
    condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", (condition or "success()").strip(), flags=re.DOTALL)
    speaks = any(word in condition for word in ("always()", "cancelled()", "failure()", "success()"))
    return bool(evaluate(condition, context)) and (speaks or bool(context["success()"]))


@dataclass(kw_only=True)
class Runner:
    """A machine that runs the jobs of one workflow, in a checkout of the project."""

    origin: Path
    folder: Path
    github: dict[str, Any]
    environment: dict[str, str]
    secrets: dict[str, str] = field(default_factory=dict)
    vars: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    fails_at: str = ""
    summary: str = ""
    log: str = ""
    artifacts: dict[str, list[str]] = field(default_factory=dict)
    stored: dict[str, dict[Path, bytes]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)
    runs: int = 0
    folders: tuple[str, ...] = ()
    """The matrix, instead of the workflow's own."""

    def run(self, name: str) -> dict[str, str]:
        """All jobs of a workflow, in order; how each ended."""
        self.summary, self.log, self.steps, self.artifacts = "", "", [], {}
        return self._run(name)

    def _run(self, name: str) -> dict[str, str]:
        needs: dict[str, Any] = {}
        jobs = load(ROOT / ".github" / "workflows" / f"{name}.yml")["jobs"]
        for job, spec in jobs.items():
            context = self._context(needs=needs, matrix={"folder": "."})
            before = [spec["needs"]] if isinstance(spec.get("needs"), str) else spec.get("needs", [])
            context["needs"] = {name: needs[name] for name in before}
            if any(needs[name]["result"] != "success" for name in before):
                context["success()"] = False
            if not permits(spec.get("if"), context):
                needs[job] = {"result": "skipped", "outputs": {}}
                continue
            needs[job] = self._called(spec, context) if "uses" in spec else self._job(spec, context)
        if all("uses" in spec for spec in jobs.values()):
            return {
                name: result for ended in needs.values() for name, result in ended.get("jobs", {job: "skipped"}).items()
            }
        return {job: ended["result"] for job, ended in needs.items()}

    def _called(self, spec: Mapping[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        """A workflow that is called for each folder; the jobs of another folder than the root have it in their names."""
        name = Path(spec["uses"]).stem
        assert spec["uses"] == f"./.github/workflows/{name}.yml"
        assert spec["secrets"] == "inherit"
        assert spec["strategy"]["fail-fast"] is False
        called: dict[Any, Any] = load(ROOT / ".github" / "workflows" / f"{name}.yml")
        known = called[True]["workflow_call"]["inputs"]
        jobs: dict[str, str] = {}
        for folder in self.folders or spec["strategy"]["matrix"]["folder"]:
            given = {one: typed(value, context | {"matrix": {"folder": folder}}) for one, value in spec["with"].items()}
            assert not set(given) - set(known)
            inputs = {one: about.get("default") for one, about in known.items()} | given
            outer, self.inputs = self.inputs, inputs
            ended = self._run(name)
            self.inputs = outer
            jobs |= {one if folder == "." else f"{folder}/{one}": result for one, result in ended.items()}
        return {"result": "failure" if "failure" in jobs.values() else "success", "outputs": {}, "jobs": jobs}

    def _context(self, **more: Any) -> dict[str, Any]:
        known = {"github": self.github, "secrets": self.secrets, "vars": self.vars, "inputs": self.inputs}
        return known | {"success()": True, "failure()": False, "cancelled()": False, "always()": True} | more

    def _job(self, spec: Mapping[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        self.runs += 1
        place = self.folder / str(self.runs)
        checkout = place / "checkout"
        (place / "temp").mkdir(parents=True)
        context |= {"success()": True, "steps": {}, "runner": {"temp": str(place / "temp")}}
        result = "success"
        for step in spec["steps"]:
            uses = step.get("uses", "")
            assert permits(step.get("if"), context)
            if uses.startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
                assert filled(step["with"].get("ref", "main"), context) == "main"
                branch = self.github.get("head_ref") or "main"
                shutil.copytree(self._clone(branch), checkout, symlinks=True)
                continue
            assert uses == "./"
            given = {name: filled(value, context) for name, value in step.get("with", {}).items()}
            outputs, is_well = self._action(given, context, place)
            context["steps"][step.get("id", "")] = {"outputs": outputs}
            if not is_well:
                result = "failure"
                break
        outputs = {name: filled(value, context) for name, value in spec.get("outputs", {}).items()}
        return {"result": result, "outputs": outputs}

    def _clone(self, branch: str) -> Path:
        """Return a shallow clone of a branch as it is, which the jobs copy."""
        tip = subprocess.run(
            ["git", "rev-parse", f"refs/heads/{branch}"], cwd=self.origin, check=True, capture_output=True, text=True
        ).stdout.strip()
        clone = self.folder / "clones" / f"{tip}-{branch.replace('/', '-')}"
        if not clone.is_dir():
            options = ["--quiet", "--template=", "--depth=1", f"--branch={branch}"]
            command = ["git", "-c", "core.fsync=none", "clone", *options, f"file://{self.origin}", str(clone)]
            subprocess.run(command, check=True)
        return clone

    def _action(self, given: dict[str, str], outer: dict[str, Any], place: Path) -> tuple[dict[str, str], bool]:
        """The composite action: its inputs are all it knows of the workflow."""
        action = load(ROOT / "action.yml")
        assert not set(given) - set(action["inputs"])
        inputs = {name: filled(one.get("default", ""), outer) for name, one in action["inputs"].items()} | given
        context = self._context(inputs=inputs, steps={}, secrets={}, vars={}, runner=outer["runner"])
        context["github"] = self.github | {"action_path": str(ROOT)}
        for number, step in enumerate(action["runs"]["steps"]):
            if not permits(step.get("if"), context):
                continue
            name = step.get("name", step.get("uses", ""))
            self.steps.append(name)
            if "run" in step:
                outputs, is_well = self._shell(step, context, place, number)
                context["steps"][step.get("id", "")] = {"outputs": outputs}
                context["success()"] = context["success()"] and is_well
            elif "upload-artifact" in step["uses"]:
                pattern = Path(filled(step["with"]["path"], context))
                found = sorted(
                    path
                    for path in pattern.parent.rglob(f"{pattern.name}/**/*" if pattern.is_dir() else pattern.name)
                    if path.is_file()
                )
                may_lack = step["with"]["if-no-files-found"] == "ignore"
                context["success()"] = context["success()"] and (bool(found) or may_lack)
                self.artifacts[filled(step["with"]["name"], context)] = [
                    path.read_text(encoding="utf-8") for path in found
                ]
                base = pattern if pattern.is_dir() else pattern.parent
                self.stored[filled(step["with"]["name"], context)] = {
                    path.relative_to(base): path.read_bytes() for path in found
                }
            elif "download-artifact" in step["uses"]:
                for path, content in self.stored[filled(step["with"]["name"], context)].items():
                    target = Path(filled(step["with"]["path"], context)) / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
        outputs = {name: filled(one["value"], context) for name, one in action["outputs"].items()}
        return outputs, bool(context["success()"])

    def _shell(
        self, step: Mapping[str, Any], context: Mapping[str, Any], place: Path, number: int
    ) -> tuple[dict[str, str], bool]:
        assert "${{" not in step["run"], "nothing is put into a script but by its environment"
        files = {name: place / f"{number}-{name.lower()}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.touch()
        environment = {name: filled(value, context) for name, value in step.get("env", {}).items()}
        environment = self.environment | {name: str(path) for name, path in files.items()} | environment
        environment |= {"RUNNER_TEMP": context["runner"]["temp"], "PATH": f"{self._tools()}:{os.environ['PATH']}"}
        environment |= {
            name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")
        }  # for it to see
        self.environments.append(environment)
        script = step["run"]
        if self.fails_at == step["name"]:  # once
            script, self.fails_at = "exit 1", ""
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
            cwd=place / "checkout" / filled(step.get("working-directory", "."), context),
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.log += ran.stdout + ran.stderr
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines), ran.returncode == 0

    def _tools(self) -> Path:
        """A `python` whose environments have a pip that installs nothing, and this very weekly, at the test's time."""
        tools = self.folder / "tools"
        if tools.is_dir():
            return tools
        pip = '#!/bin/sh\nfor word; do case "$word" in -r) ;; /*) test -e "$word" || exit 1;; esac; done\n'
        weekly = f'#!/bin/sh\n{_weekly()} "$@"\n'
        python = f'#!/bin/sh\ntest "$1 $2" = "-m venv" && exec ln -s "{tools}/venv" "$3"\n'
        for name, script in (("venv/bin/pip", pip), ("venv/bin/weekly", weekly), ("python", python)):
            (tools / name).parent.mkdir(parents=True, exist_ok=True)
            (tools / name).write_text(script, encoding="utf-8")
            (tools / name).chmod(0o755)
        return tools

    def close(self) -> None:
        """Remove what the jobs left."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _weekly() -> str:
    """Return the shell's words for this very weekly: forked from a server, or a process that coverage can follow."""
    if any(name.startswith("COVERAGE_") for name in os.environ):
        return f'PYTHONPATH="{ROOT}" exec {sys.executable} -m tests.support.clocked'
    return f"exec {sys.executable} -IS {ROOT / 'tests' / 'support' / 'fork_server.py'} {_server()}"


@cache
def _server() -> str:
    """Start a fork server that ends with this process. Return its socket."""
    folder = tempfile.mkdtemp(prefix="weekly-tests-")  # a socket's path must be short
    path = f"{folder}/socket"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.fork_server", path],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"

    def close() -> None:
        assert server.stdin is not None
        server.stdin.close()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(close)
    return path
