"""Features that `weekly draft` suggests where the facts carry them."""

from __future__ import annotations

import tomllib

import pytest

from tests.conftest import Weekly
from tests.gather.test_snapshot import pull
from weekly.highlights.select import Selection
from weekly.model import Highlight, Kind, Patch, PullRequest, Verdict
from weekly.notes.draft import Suggestion
from weekly.notes.suggestions import suggest

EXTENSIONS = ("doc/api-extensions.md",)
ADDED = Patch(path="doc/api-extensions.md", added=("## `vm_limits`", "", "This adds limits for virtual machines."))


def features(
    *pulls: PullRequest, kind: Kind = Kind.IMPROVEMENT, text: str = "Added support for themes."
) -> list[Suggestion]:
    verdict = Verdict(kind=kind, rule="label", evidence="x")
    highlights = (Highlight(pulls=pulls, text=text, verdict=verdict),)
    chosen = Selection(improvements=highlights) if kind is Kind.IMPROVEMENT else Selection(bugfixes=highlights)
    verdicts = {one.ref: verdict for one in pulls}
    found = suggest("Intro.", {"B": chosen}, pulls, verdicts, EXTENSIONS)
    return [suggestion for suggestion in found if suggestion.lines[0] == "[[features]]"]


def test_an_improvement_of_several_pull_requests_may_be_a_feature() -> None:
    (suggestion,) = features(pull(1), pull(2), pull(3))
    assert suggestion.key == "feature:a/b#1"
    assert tomllib.loads("\n".join(suggestion.lines)) == {
        "features": [
            {
                "heading": "Themes",
                "text": "Added support for themes.",
                "pulls": ["a/b#1", "a/b#2", "a/b#3"],
            }
        ]
    }


def test_an_extension_may_be_a_feature() -> None:
    assert len(features(pull(1, patches=(ADDED,)))) == 1


@pytest.mark.parametrize(
    "found",
    [
        features(pull(1), pull(2)),
        features(pull(1), pull(2), pull(3), kind=Kind.BUGFIX),
        features(pull(1, patches=(Patch(path="doc/other.md", added=ADDED.added),))),
    ],
)
def test_small_changes_and_fixes_are_no_features(found: list[Suggestion]) -> None:
    assert found == []


def test_nothing_is_suggested_about_the_pull_requests_of_a_feature(archived: Weekly) -> None:
    path = archived.folder / "weeks" / "2023-03-27.toml"
    path.write_text('[[features]]\nheading = "QEMU"\ntext = "x"\npulls = ["canonical/lxd#11521"]\n', encoding="utf-8")
    assert archived("draft", "2023-03-27").code == 0
    assert '#"canonical/lxd#11521"' not in path.read_text("utf-8")
    assert '#"canonical/lxd#11514"' in path.read_text("utf-8")
