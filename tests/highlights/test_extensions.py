"""What a pull request adds to a list of extensions becomes its sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from weekly.config.highlights import HighlightRules
from weekly.highlights.extensions import extensions_of
from weekly.highlights.select import highlight
from weekly.model import Kind, Patch, Person, PullRequest, Verdict, Words

PATTERNS = ("doc/extensions.md",)


def pull(*added: str, path: str = "doc/extensions.md") -> PullRequest:
    return PullRequest(
        repo="o/r", number=1, title="pools: Follow up on quotas", url="https://example.org", author=Person(login="ann"),
        merged_at=datetime(2023, 3, 27, tzinfo=UTC), patches=(Patch(path=path, added=added),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("prose", "sentence"),
    [
        ("Adds quotas for pools.", "Added quotas for pools."),
        ("This adds a `quota` key to pools. It is off by default.", "Added a `quota` key to pools."),
        ("This introduces {ref}`quotas <quotas>`.", "Introduced `quotas`."),
        ("Pools were of any size. With quotas, this API extension adds limits.", "Added limits."),
        ("This indicates support for quotas.", "Added support for quotas."),
        ("This allows users to set [quotas](quotas.md).", "Allowed users to set quotas."),
        ("This adds the {config:option}`pool-conf:quota` key (e.g. `10GiB`).", "Added the `quota` key (e.g. `10GiB`)."),
        ("Adds a pool namespace which contains the following keys: It is on.", "Added a pool namespace."),
        ("Adds a `quota` field to the `Pool` struct.", ""),
        ("Adds a `quota` field to `PoolState`.", ""),
        ("Whether pools have quotas.", ""),
        ("This includes the following endpoints:", ""),
    ],
)
def test_the_sentence_that_says_what_is_added_is_found(prose: str, sentence: str) -> None:
    found = extensions_of(pull("", "## `pool_quota`", "", prose, "", "* `GET /1.0/pools`"), PATTERNS)
    assert [(one.name, one.text) for one in found] == [("pool_quota", sentence)]


def test_words_and_names_of_an_extension_are_no_code() -> None:
    one = pull("## pool_quota", "", "Adds quotas of `pool groups` to the `Debian` pools of `tool pool` on `debian`.")
    verdicts = {one.ref: Verdict(kind=Kind.IMPROVEMENT, rule="r", evidence="e")}
    (found,) = highlight([one], verdicts, HighlightRules(extensions=PATTERNS, commands=("tool",))).improvements
    assert found.text == "Added quotas of pool groups to the Debian pools of `tool pool` on `debian`."


def test_changes_of_old_sections_and_other_files_are_no_extensions() -> None:
    assert extensions_of(pull("Adds quotas for pools."), PATTERNS) == ()
    assert extensions_of(pull("## pool_quota", "Adds quotas.", path="doc/other.md"), PATTERNS) == ()


@pytest.mark.parametrize(
    "title", ["Rename `quota` extension to `pool_quota`", "docs: Move quotas", "Fix text on quotas"]
)
def test_titles_about_what_exists_add_no_extension(title: str) -> None:
    one = msgspec.structs.replace(pull("## pool_quota", "", "Adds quotas for pools."), title=title)
    assert extensions_of(one, PATTERNS) == ()


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("Adds flags `--quota`.", "Add quotas of copied pools", "Added quotas of copied pools."),
        (
            "Adds a `lazy` mode to requests that detach pools.",
            "Add `lazy` mode to `quay pool detach` command",
            "Added `lazy` mode to the `quay pool detach` command.",
        ),
        (
            "Adds `quay pool detach`, which takes a pool out of use.",
            "Add `quay pool detach`",
            "Added `quay pool detach`, which takes a pool out of use.",
        ),
    ],
)
def test_the_title_stands_where_an_extension_says_less(text: str, title: str, expected: str) -> None:
    one = msgspec.structs.replace(pull("## pool_quota", "", text), title=title)
    verdicts = {one.ref: Verdict(kind=Kind.IMPROVEMENT, rule="r", evidence="e")}
    chosen = highlight([one], verdicts, HighlightRules(extensions=PATTERNS, commands=("quay",)))
    assert [each.text for each in chosen.improvements] == [expected]


@pytest.mark.parametrize(
    ("title", "names", "sentence"),
    [
        ("Add LDAP login", ["auth.url", "volatile.auth", "user.*"], "Added LDAP login (`auth.url`)."),
        ("Add LDAP login", ["auth.url", "auth.key"], "Added LDAP login (`auth.url` and `auth.key`)."),
        ("Add `auth.url` for LDAP", ["auth.url", "auth.key"], "Added `auth.url` for LDAP."),
        ("Add LDAP login", ["auth.a", "auth.b", "auth.c", "auth.d"], "Added LDAP login."),
        ("Rename the LDAP options", ["auth.url"], "Renamed the LDAP options."),
    ],
)
def test_a_few_new_options_are_named_where_the_sentence_names_none(title: str, names: list[str], sentence: str) -> None:
    added = [f"```{{config:option}} {name} server" for name in names]
    one = msgspec.structs.replace(pull(*added), title=title)
    verdicts = {one.ref: Verdict(kind=Kind.IMPROVEMENT, rule="r", evidence="e")}
    (found,) = highlight([one], verdicts, HighlightRules(extensions=PATTERNS)).improvements
    assert found.text == sentence


def test_an_option_leaves_the_sentence_of_the_extension_that_comes_with_it() -> None:
    one = pull("## `pool_quota`", "", "Adds quotas for pools.", "```{config:option} quota.size pool", ":type: size")
    verdicts = {one.ref: Verdict(kind=Kind.IMPROVEMENT, rule="r", evidence="e")}
    (found,) = highlight([one], verdicts, HighlightRules(extensions=PATTERNS)).improvements
    assert found.text == "Added quotas for pools (`quota.size`)."


def test_an_extension_is_the_highlight_even_where_the_title_says_nothing() -> None:
    one = pull("## pool_quota", "", "Adds quotas for pools.")
    verdicts = {one.ref: Verdict(kind=Kind.IMPROVEMENT, rule="r", evidence="e")}
    chosen = highlight([one], verdicts, HighlightRules(extensions=PATTERNS))
    assert [(each.text, each.words) for each in chosen.improvements] == [("Added quotas for pools.", Words.AUTHOR)]
    assert highlight([one], verdicts, HighlightRules()).improvements == ()
