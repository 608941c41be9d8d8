"""The reference pages and the lists in the documents match the code."""

from __future__ import annotations

import json
import re
from typing import Any

from docs import reference, schema
from tests.conftest import ROOT
from tests.docs.documents import DOCUMENTS
from weekly.classify import rules

CONFIGURATION = (ROOT / "weekly.toml").read_text(encoding="utf-8")


def test_generated_pages_are_current() -> None:
    for name, text in reference.pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"docs/{name}: run `make reference`"


def test_every_key_has_a_row_and_a_comment_in_the_example() -> None:
    definitions: dict[str, Any] = json.loads(schema.config_schema())["$defs"]
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    keys = {key for definition in definitions.values() for key in definition.get("properties", {})}
    assert {key for key in keys if not re.search(rf"\b{key}\b", CONFIGURATION)} == set()
    assert {key for key in keys if not re.search(rf"[`.\[]{key}[`.\]]", page)} == set()


def test_the_shown_schedule_is_valid_in_the_example() -> None:
    for key in ("mode", "first_week", "most_weeks", "folder"):
        assert re.search(rf"^(# )?{key} = ", CONFIGURATION, re.MULTILINE), key


def test_the_page_on_kinds_lists_the_rules_in_their_order() -> None:
    page = (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)
    code = (ROOT / "weekly" / "classify" / "rules.py").read_text(encoding="utf-8")
    assert len(listed) >= 8
    assert all(f'"{name}"' in code for name in listed)
    assert len(rules.LADDER) >= len(listed)


def test_each_message_under_troubleshooting_is_in_the_code() -> None:
    sources = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "weekly").rglob("*.py"))
    code = " ".join(re.sub(r'"\s*\n\s*f?"', "", sources).split())
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    messages = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert len(messages) >= 15
    missing = [text for text in messages if any(piece not in code for piece in re.split(r"\s*…\s*", text))]
    assert missing == []


def test_environment_variables_in_the_documents_are_read_by_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "weekly").rglob("*.py"))
    workflows = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    for path in DOCUMENTS:
        for name in re.findall(r"`((?:GITHUB|DISCOURSE|WEEKLY)_[A-Z_]+)`", path.read_text(encoding="utf-8")):
            assert name in code or name in workflows, f"{path.name}: {name}"
