from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from docs import schema
from tests.conftest import ROOT
from weekly import config
from weekly.config.project import AnchorConfig, SeriesConfig
from weekly.errors import ConfigError
from weekly.week import Week

LXD = (ROOT / "weekly.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lxd() -> config.Config:
    return config.load(ROOT / "weekly.toml")


def test_the_lxd_project_is_configured(lxd: config.Config) -> None:
    assert [(repository.repo, repository.heading) for repository in lxd.repositories] == [
        ("canonical/lxd", "LXD"),
        ("lxc/lxc", "LXC"),
        ("lxc/lxcfs", "LXCFS"),
        ("lxc/distrobuilder", "Distrobuilder"),
        ("canonical/charm-lxd", "LXD Charm"),
    ]


@pytest.mark.parametrize(
    ("monday", "skipped", "number"),
    [
        ("2023-03-27", [], 292),
        ("2023-04-03", [], 293),
        ("2023-03-20", [], 291),
        ("2024-01-01", [], 332),
        ("2024-01-01", ["2023-12-25"], 331),
        ("2024-01-01", ["2023-12-28", "2023-12-25"], 331),  # two days of one week are one week
        ("2023-01-02", ["2023-02-08"], 281),  # twelve weeks before, of which one had no post
        ("2023-04-10", ["2023-04-17"], 294),  # a later gap changes nothing
    ],
)
def test_skipped_weeks_have_no_number(monday: str, skipped: list[str], number: int) -> None:
    series = SeriesConfig(
        title="#{number}",
        anchor=AnchorConfig(week=date(2023, 3, 29), number=292),
        skipped=tuple(date.fromisoformat(day) for day in skipped),
    )
    assert series.number(Week(monday=date.fromisoformat(monday))) == number


def test_a_skipped_week_has_no_post() -> None:
    series = SeriesConfig(anchor=AnchorConfig(week=date(2023, 3, 27), number=292), skipped=(date(2023, 12, 27),))
    with pytest.raises(ConfigError, match=r"series\.skipped lists the week of 2023-12-25"):
        series.number(Week(monday=date(2023, 12, 25)))


@pytest.mark.parametrize(
    ("pattern", "replacement", "error"),
    [
        ('(?m)^name = "LXD"', 'nmae = "LXD"', "project: unknown key 'nmae'; did you mean 'name'?"),
        (r"\[forum\]", "[froum]", "unknown key 'froum'; did you mean 'forum'?"),
        (r"\[forum\]", "[folder]", "unknown key 'folder'; it is a key of another table"),
        ('zone = "UTC"', 'zone = "Europe/Berln"', "project.zone: 'Europe/Berln' is not a time zone; did you mean 'Europe/Berlin'?"),
        ('zone = "UTC"', 'zone = "../etc/passwd"', "project.zone: '../etc/passwd' is not a time zone"),
        ("level = 2", 'level = "two"', "sections[1] ('Job openings').level: must be a whole number, not text"),
        ("level = 2", "level = 7", "sections[1] ('Job openings').level: must be at most 6"),
        ('kind = "events"', 'kind = "event"', "sections[5] ('event').kind: 'event' is not permitted; did you mean 'events'?"),
        ("horizon_days", "horizon_day", "sections[5] ('events'): unknown key 'horizon_day'; did you mean 'horizon_days'?"),
        ('repo = "lxc/lxc"\n', "", "repositories[1] ('LXC').repo: missing; add it"),
        ('"canonical/lxd"', '"canonical"', "repositories[0] ('canonical').repo: 'canonical' is not a repository"),
        ('"lxc/lxcfs"', '"LXC/lxc"', "repositories: LXC/lxc is listed twice; remove one"),
        (r"# tests_ci = \[\"test/", r'tests_c = ["test/', "kinds.paths: unknown key 'tests_c'; did you mean 'tests_ci'?"),
        ("anchor = .*", "", "series: anchor: missing; a title with {number} needs a week whose number is known"),
        (r"\{number\}\"", '{numbr}"', "series: title: 'numbr' is no placeholder; permitted: {number}"),
        ('kind = "upstream"', 'kind = "block"', "sections: has no kind = 'upstream'"),
        ('kind = "distributions"', 'kind = "upstream"', "sections[8] ('upstream'): unknown key 'parts'"),
        ('name = "Snap"', "name = 3", "sections[8] ('distributions').parts[1].name: must be text, not a whole number"),
        ("zone = ", "zone ", "not TOML: expected '=' after a key in a key/value pair"),
        ("most = 12", "most = 12\nmost = 13", "not TOML: this key stands twice in its table; remove one"),
        ("most = 12", "most = 12\n[project]", "not TOML: [project] stands twice; put its keys together"),
        (r"internal = \"after\"", 'internal = "bury"', "highlights.internal: 'bury' is not permitted; permitted: 'after', 'count', 'hide'"),
    ],
)  # fmt: skip
def test_an_error_names_the_key(pattern: str, replacement: str, error: str, tmp_path: Path) -> None:
    changed = re.sub(pattern, replacement, LXD, count=1)
    assert changed != LXD
    path = tmp_path / "weekly.toml"
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        config.load(path)
    assert re.sub(r"^weekly\.toml(:\d+)?: ", "", str(raised.value)).startswith(error)


def test_an_error_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "weekly.toml"
    path.write_text(LXD.replace("level = 2", "levle = 2", 1), encoding="utf-8")
    line = path.read_text(encoding="utf-8").splitlines().index("levle = 2") + 1
    with pytest.raises(ConfigError, match=rf"weekly\.toml:{line}: sections\[1\]"):
        config.load(path)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "project: missing; add it"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a = " + b"[" * 5000, "not TOML"),
        (b"project = 3\nrepositories = []\nsections = []", "project: must be a table, not a whole number"),
    ],
)
def test_an_unreadable_file_is_an_error(content: bytes, error: str, tmp_path: Path) -> None:
    path = tmp_path / "weekly.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        config.load(path)
    assert error in str(raised.value)


def test_find_searches_the_folders_above(tmp_path: Path) -> None:
    (tmp_path / "weekly.toml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert config.find(tmp_path / "a" / "b") == tmp_path / "weekly.toml"


def test_the_shipped_schema_matches_the_records() -> None:
    shipped = (ROOT / "weekly" / "weekly.schema.json").read_text(encoding="utf-8")
    assert shipped == schema.config_schema(), "run `make schema`"


def test_every_key_has_a_description() -> None:
    """Protects the completion in editors: a key without a word of help is half a key."""
    import json

    definitions = json.loads(schema.config_schema())["$defs"]
    bare = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        for key, value in definition.get("properties", {}).items()
        if key != "kind" and "description" not in value and "$ref" not in json.dumps(value)
    ]
    assert bare == []
