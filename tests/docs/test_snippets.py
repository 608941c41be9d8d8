"""Configuration, notes, templates, workflows and programs in the documents work as shown."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tomllib

import pytest
import yaml
from jsonschema import Draft202012Validator

from docs import schema
from tests.conftest import ROOT, Weekly
from tests.docs.documents import Block, blocks

NOTES = ("editing.md",)
CONFIGURATION = [block for block in blocks("toml") if block.path.name not in NOTES and "#:schema" not in block.text]


def by_name(block: Block) -> str:
    return block.name


@pytest.fixture(scope="module")
def part() -> Draft202012Validator:
    """What a part of a configuration is held to."""
    whole = json.loads(schema.config_schema())
    part = whole | {"$ref": "#/$defs/Part"}
    part["$defs"]["Part"] = whole["$defs"]["Config"] | {"required": []}
    Draft202012Validator.check_schema(part)
    return Draft202012Validator(part)


@pytest.mark.parametrize("block", CONFIGURATION, ids=by_name)
def test_configuration_follows_the_schema(block: Block, part: Draft202012Validator) -> None:
    shown = json.loads(json.dumps(tomllib.loads(block.text), default=str))
    assert shown
    part.validate(shown)


@pytest.mark.parametrize("block", [each for each in blocks("toml") if each.path.name in NOTES], ids=by_name)
def test_notes_apply_to_the_sample_week(block: Block, archived: Weekly) -> None:
    before = archived("render", "--week", "2023-03-27").out
    (archived.folder / "weeks" / "2023-03-27.toml").write_text(block.text, encoding="utf-8")
    ran = archived("render", "--week", "2023-03-27")
    assert ran.code == 0, ran.err
    titles = [line for line in block.text.splitlines() if line.startswith("title")]
    assert ran.out != before or titles


@pytest.mark.parametrize("block", blocks("jinja"), ids=by_name)
def test_templates_render(block: Block, archived: Weekly) -> None:
    folder = archived.folder / "templates" / "sections"
    folder.mkdir(parents=True)
    (folder / "highlights.md.j2").write_text(block.text, encoding="utf-8")
    ran = archived("render", "--week", "2023-03-27")
    assert ran.code == 0, ran.err
    assert ran.out.index("Fixed:") < ran.out.index("New:")
    assert "\n\n\n" not in ran.out


@pytest.mark.parametrize("block", blocks("python"), ids=by_name)
def test_programs_run(block: Block, archived: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archived.folder)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block.text, block.name, "exec"), {})  # noqa: S102  our own documents
    assert out.getvalue()


@pytest.mark.parametrize("block", blocks("yaml"), ids=by_name)
def test_workflow_steps_use_inputs_that_the_action_has(block: Block) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    used = (ROOT / ".github" / "workflows" / "weekly-project.yml").read_text(encoding="utf-8")
    for step in yaml.safe_load(block.text):
        if step["uses"].startswith("actions/"):
            assert step["uses"] in used
        else:
            assert set(step["with"]) <= set(action["inputs"])
            assert not re.search(r"@v\d", step["uses"])
