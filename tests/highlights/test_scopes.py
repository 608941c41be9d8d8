"""A scope that users know becomes a phrase, and other scopes are left out."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from weekly.config.highlights import HighlightRules
from weekly.highlights.commands import with_calls
from weekly.highlights.placing import with_phrase
from weekly.highlights.scopes import scope_phrase
from weekly.model import Commit, FileChange, Person, PullRequest

RULES = HighlightRules(
    commands=("tool", "tool-agent"),
    names=("Pottery", "Delft Ware"),
    scopes={
        "kiln": "in the kiln driver",
        "glaze/*": "for {name} glazes",
        "oven": "",
        "mold": "in {name} molds",
        "r: clay*": "for clay",
        "x: clay": "for x",
    }
    | {"storage": "for storage?"},
)


def pull(title: str, *paths: str) -> PullRequest:
    return PullRequest(
        repo="o/r", number=1, title=title, url="https://example.org", author=Person(login="ann"),
        merged_at=datetime(2023, 3, 27, tzinfo=UTC), files=tuple(FileChange(path=path) for path in paths),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "paths", "phrase"),
    [
        ("kiln: Fix heat", (), "in the kiln driver"),
        ("drivers/kiln: Fix heat", (), "in the kiln driver"),
        ("glaze/blue: Fix heat", (), "for blue glazes"),
        ("glaze/red.go: Fix heat", (), "for red glazes"),
        ("oven: Fix heat", (), ""),
        ("mold/wide: Fix heat", (), "in wide molds"),
        ("ZFS: Fix heat", (), "for ZFS"),
        ("lib/pottery: Fix heat", (), "for Pottery"),
        ("api: Fix heat", (), ""),
        ("fix(kiln): heat", (), "in the kiln driver"),
        ("tool/storage: Fix heat", ("tool/storage_volume.go",), "in `tool storage`"),
        ("tool/storage: Fix heat", ("lib/storage.go",), "for storage?"),
        ("tool/storage: Fix heat", ("tool/storage/files.go",), "for storage?"),
        ("tool/storage: Fix heat", ("tool/main_storages.go",), "in `tool storage`"),
        ("tool/storage_volume: Fix heat", ("tool/storage_volume.go",), "in `tool storage volume`"),
        ("clay: Fix heat", (), "for clay"),
        ("glaze/delftware: Fix heat", (), "for Delft Ware glazes"),
        ("pool_list: Fix heat", ("src/cmd/pool_list.c",), "in pool-list"),
        ("pool-list.in: Fix heat", ("src/cmd/pool-list.in",), "in pool-list"),
        ("tool-agent: Fix heat", (), "in tool-agent"),
        ("cmd/tool-user: Fix heat", (), "in tool-user"),
        ("modules: Fix heat", ("modules/stove/burner.go",), ""),
        ("stove: Fix heat", ("modules/stove/burner.go",), "in `stove`"),
        ("Fix heat", ("modules/burner.go",), "in `burner`"),
        ("burn: Fix heat", ("cmd/r/cmd_burn.go",), "in `r burn`"),
        ("r pot list: Fix heat", ("cmd/r/pot/list.go",), "in `r pot list`"),
        ("pot: Fix heat", ("cmd/r/pots.go",), ""),
        ("meson: Fix heat", ("cmd/meson.build",), ""),
        ("burnerd: Fix heat", ("cmd/burnerd/main.go",), "in burnerd"),
        ("pool_info: fix heat", ("plugins/modules/pool_info.py",), "in `pool_info`"),
        ("Fix heat", ("plugins/modules/pool_info.py", "tests/test_pool.py"), "in `pool_info`"),
        ("Fix heat", ("plugins/modules/a.py", "plugins/modules/b.py"), ""),
        ("Fix heat", ("drivers/kiln_low.go", "drivers/kiln_high.go", "doc/heat.md"), "in the kiln driver"),
        ("Fix heat", ("drivers/kiln_low.go", "drivers/oven.go"), ""),
        ("Fix ZFS heat", ("drivers/kiln_low.go", "drivers/kiln_high.go"), ""),
        ('Revert "kiln: Fix heat"', (), "in the kiln driver"),
        ("tools/pool_list: Fix heat", (), "in pool-list"),
        ("pool-agent: Fix heat", (), "in pool-agent"),
        ("code-style: Fix heat", (), ""),
    ],
)
def test_a_part_is_named_as_users_call_it(title: str, paths: tuple[str, ...], phrase: str) -> None:
    assert scope_phrase(pull(title, *paths), RULES) == phrase


def test_a_scope_without_words_names_no_part() -> None:
    rules = HighlightRules(scopes={"*": "in {name}"})
    assert [scope_phrase(pull(f"{scope}: Fix heat"), rules) for scope in ("./", "-", "c/go", "kiln")] == [
        "", "", "in go", "in kiln",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "path", "text"),
    [
        ("Fix storage volume list", "tool/storage_volume.go", "Fix tool storage volume list"),
        ("Fix tool storage volume list", "tool/storage_volume.go", "Fix tool storage volume list"),
        ("Fix tool-agent storage volume list", "tool/storage_volume.go", "Fix tool-agent storage volume list"),
        ("Fix `storage list`", "tool/storage.go", "Fix `storage list`"),
        ("Fix storage volume list", "lib/storage_volume.go", "Fix storage volume list"),
        ("Fix storage volumes", "tool/storage.go", "Fix storage volumes"),
        ("Fix storage list", "tool-agent/storage.go", "Fix storage list"),
    ],
)
def test_a_command_gets_the_tool_of_its_file(title: str, path: str, text: str) -> None:
    assert with_calls(title, pull(title, path), RULES) == text


@pytest.mark.parametrize(
    ("subjects", "phrase"),
    [
        (("kiln: Fix heat", "doc/kiln: Say so", "i18n: Update"), "in the kiln driver"),
        (("kiln: Fix heat", "glaze/blue: Fix heat"), ""),
        (("Fix heat",), ""),
    ],
)
def test_a_title_without_a_scope_has_the_one_of_its_commits(subjects: tuple[str, ...], phrase: str) -> None:
    given = msgspec.structs.replace(pull("Fix heat"), commits=tuple(Commit(subject=subject) for subject in subjects))
    assert scope_phrase(given, RULES) == phrase


@pytest.mark.parametrize(
    ("sentence", "phrase", "text"),
    [
        ("Fixed heat.", "in the kiln driver", "Fixed heat in the kiln driver."),
        ("Now cleans up on failure.", "for kilns?", "Now cleans up on failure for kilns."),
        ("Added support for tiles.", "for kilns?", "Added support for tiles for kilns."),
        ("Fixed heat in ovens.", "for kilns?", "Fixed heat in ovens."),
        ("Fixed heat when it rains.", "in the kiln driver", "Fixed heat in the kiln driver when it rains."),
        ("Fixed the kiln's heat.", "in the kiln driver", "Fixed the kiln's heat."),
        ("Added a flag.", "in `tool list`", "Added a flag to `tool list`."),
        ("Removed a flag.", "in `tool list`", "Removed a flag from `tool list`."),
        ("Added a flag to hide names.", "in `tool list`", "Added a flag to `tool list` to hide names."),
        ("Fixed builds on i386.", "on ZFS", "Fixed builds on i386."),
        ("Fixed heat.", "", "Fixed heat."),
        ("No longer logs heat if cold.", "in `tool list`", "`tool list` no longer logs heat if cold."),
        ("Added a flag to `file-server`.", "in `fileserver`", "Added a flag to `file-server`."),
        ("Added a flag, and renamed pots.", "in the kiln", "Added a flag, and renamed pots in the kiln."),
        ("Fixed `tool pool` completion.", "in the CLI?", "Fixed `tool pool` completion."),
        ("Fixed heat.", "in `relabel`??", "Fixed heat in `relabel`."),
        ("Fixed heat when it rains.", "in `relabel`??", "Fixed heat when it rains."),
        ("No longer leaks heat.", "in `relabel`??", "No longer leaks heat in `relabel`."),
        (
            "Fixed the heat of all the stoves in houses that are near a lake.",
            "in `relabel`??",
            "Fixed the heat of all the stoves in houses that are near a lake.",
        ),
        ("Fixed the heat button.", "in the GUI", "Fixed the heat button."),
        ("Added heat for stoves.", "for DAP", "Added heat for stoves in DAP."),
        ("Added heat.", "for DAP", "Added heat for DAP."),
        ("Fixed a crash caused by burning wood.", "in the kiln", "Fixed a crash caused by burning wood in the kiln."),
        ("Allowed users to burn wood.", "in the kiln", "Allowed users to burn wood in the kiln."),
        ("Now logs failures to burn.", "in `tool list`", "`tool list` now logs failures to burn."),
        ("Fixed heat on hosts lacking rain.", "for kilns", "Fixed heat for kilns on hosts lacking rain."),
        ("Fixed heat.", "for kilns?", "Fixed heat for kilns."),
        ("Fixed heat in the rain.", "for kilns?", "Fixed heat in the rain."),
        ("Now checks that kilns are hot.", "for ovens", "Now checks that kilns are hot for ovens."),
        ("Fixed restore on non-glazed.", "for kilns?", "Fixed restore on non-glazed kilns."),
        ("Fixed a bug in which heat is lost.", "for ovens", "Fixed a bug for ovens in which heat is lost."),
        ("Fixed the profile of tools.", "in the AppArmor profiles", "Fixed the AppArmor profile of tools."),
        ("Fixed edge builds.", "for kiln images", "Fixed edge builds for kiln images."),
        ("Now puts it in PATH.", "in tool-agent", "Now puts it in PATH in tool-agent."),
        ("Fixed a leak in `pool_exit`.", "for kilns", "Fixed a leak for kilns."),
        ("Fixed a leak in `pool_exit`.", "", "Fixed a leak in `pool_exit`."),
        ("Fixed ls output.", "in `ls`", "Fixed ls output."),
        ("Fixed heat in case it rains.", "in the kiln", "Fixed heat in the kiln in case it rains."),
        ("Added support for heat.", "for VMware", "Added support for heat on VMware."),
        ("Added support for heat.", "for OneDrive", "Added support for heat in OneDrive."),
        ("Added support for heat.", "for VMs", "Added support for heat for VMs."),
        ("Added roof.", "in the image sources?", "Added roof to the image sources."),
        ("Added module.", "in `kiln`??", "Added the `kiln` module."),
        ("Upgraded to 1.2.", "in `kiln`??", "Upgraded `kiln` to 1.2."),
        ("Enabled by default.", "in `kiln`??", "Enabled `kiln` by default."),
        ("Added initial support.", "in `kiln`??", "Added initial support for `kiln`."),
        ("Added wood-cli.", "in `completions`??", "Added completions for wood-cli."),
        ("Added a flag to hide wood.", "in `kiln`", "Added a flag to `kiln` to hide wood."),
        ("Added the ability to burn wood.", "in `kiln`", "Added the ability to burn wood in `kiln`."),
        ("Now burns wood before lighting.", "in `kiln`", "Now burns wood in `kiln` before lighting."),
        ("Now checks if wood is hot.", "in `kiln`", "Now checks if wood is hot in `kiln`."),
        ("Now burns it as this is hot.", "for kilns", "Now burns it for kilns as this is hot."),
        ("Added a new plugin when lit.", "in the `kiln` plugin", "Added the `kiln` plugin when lit."),
        ("Fixed heat of all plugins.", "in the `kiln` plugin", "Fixed heat of all plugins."),
        ("Added `--hot` to lids.", "in the CLI", "Added `--hot` to lids."),
        ("Added `--hot`.", "in the CLI", "Added `--hot` to the CLI."),
        ("Now burns only when lit.", "in the kiln driver", "Now burns only when lit in the kiln driver."),
        ("Now burns wood before using coal.", "in `kiln`", "Now burns wood before using coal in `kiln`."),
        ("Now burns wood if lit.", "in `kiln`", "Now burns wood in `kiln` if lit."),
        ("Now burns wood on stoves.", "in `kiln`??", "Now burns wood on stoves."),
        ("Added wood for `stove`.", "in the cache??", "Added wood for `stove`."),
        ("Added support for wood.", "in `kiln`??", "Added support for wood to `kiln`."),
        ("Now skips kiln state.", "in `tool kiln`", "`tool kiln` now skips kiln state."),
        ("No longer reports kilns.", "in `HOT101`", "`HOT101` no longer reports kilns."),
        ("Added a new component.", "in the `kiln` component", "Added the `kiln` component."),
        ('Reverted "Burn wood that is wet".', "in the kiln?", 'Reverted "Burn wood that is wet".'),
        ("Fixed the `kiln` command.", "in `tool kiln`", "Fixed the `kiln` command."),
        ("Added note about needing to check heat.", "in `kiln`", "Added note about needing to check heat in `kiln`."),
    ],
)
def test_a_phrase_stands_before_the_first_clause(sentence: str, phrase: str, text: str) -> None:
    assert with_phrase(sentence, phrase) == text


def test_a_tool_may_have_any_name() -> None:
    rules = HighlightRules(commands=("g++",))
    for title in ("Fix storage list", "Fix g++ storage list"):
        assert with_calls(title, pull(title, "g++/storage.go"), rules) == "Fix g++ storage list"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Support r ps --format '{{ .Size }}'", "Support `r ps --format '{{ .Size }}'`"),
        ("Add r farm build command", "Add `r farm build` command"),
        ("Fix 'r pot list' on cold days", "Fix `r pot list` on cold days"),
        ("R stop --all should wait", "`r stop --all` should wait"),
        ("Fix r-remote stop --all", "Fix `r-remote stop --all`"),
        ("Fix dams made by r build", "Fix dams made by `r build`"),
        ("Let r build dams", "Let r build dams"),
        ("Fix r list with --rm", "Fix `r list` with --rm"),
        ("Fix `r list --rm`", "Fix `r list --rm`"),
        ("r list --rm: Fix heat", "r list --rm: Fix heat"),
        ("Improve output of r wrapped commands", "Improve output of r wrapped commands"),
        ("New r command", "New r command"),
        ("for r lists", "for r lists"),
    ],
)
def test_calls_of_the_program_that_is_called_as_the_repository_are_code(title: str, text: str) -> None:
    assert with_calls(title, pull(title), HighlightRules()) == text


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("gui: Fix heat", "in the GUI"),
        ("lib/cli: Fix heat", "in the CLI?"),
        ("web/api: Fix heat", "in the API?"),
        ("rfile: Fix heat", "in the Rfile"),
        ("Rules API: Fix heat", "in the Rules API"),
        ("host stoves: Fix heat", "for host stoves"),
        ("stoves: Fix heat", "in `stoves`??"),
        ("relabel: Fix heat", "in `relabel`??"),
        ("fix(relabel): heat", "in `relabel`??"),
        ("storage/remote_write: Fix heat", "in `remote_write`??"),
        ("theme(blue): Fix heat", "in the blue theme"),
        ("bug(search): Fix heat", "in search??"),
        ("fix(ui, api): heat", ""),
        ("WIP: Fix heat", ""),
        ("feature: Fix heat", ""),
        ("v2: Fix heat", ""),
        ("The new stove: Fix heat", ""),
        ("crypto/tls, net/http: Fix heat", ""),
        ("Speed improvements: Fix heat", ""),
        ("DAP: Fix heat", "for DAP"),
        ("TAP: Fix heat", "for TAP"),
        ("ZFS: Fix heat", "for ZFS"),
        ("ZFS SD: Fix heat", "in the ZFS SD"),
        ("drivers/zfs: Fix heat", "for ZFS"),
        ("stoves.toml: Fix heat", ""),
        ("Native stoves: Fix heat", "for native stoves"),
        ("Burning: Fix heat", "in burning"),
        ("Storage: Fix heat", ""),
        ("windows: Fix heat", "on Windows"),
        ("httprfile: Fix heat", "in the Rfile"),
        ("other/storage: Fix heat", ""),
        ("Support MSC12: Fix heat", ""),
        ("lib: Fix heat", ""),
        ("pkg/util: Fix heat", ""),
        ("r: Fix heat", ""),
        ("#12: Fix heat", ""),
    ],
)
def test_a_scope_is_named_as_it_is_written_where_no_setting_names_any(title: str, phrase: str) -> None:
    assert scope_phrase(pull(title), HighlightRules()) == phrase


def test_a_part_among_its_kind_is_named_with_it() -> None:
    assert (
        scope_phrase(pull("fix(bind): heat", "lib/plugins/bind/setup.go"), HighlightRules()) == "in the `bind` plugin"
    )
    assert scope_phrase(pull("bind: Fix heat", "src/plugin/bind.go"), HighlightRules()) == "in the `bind` plugin"
    assert scope_phrase(pull("s3: Fix heat", "backend/s3/s3.go"), HighlightRules()) == "in the S3 backend"
    assert scope_phrase(pull("bind: Fix heat", "src/other/bind.go"), HighlightRules()) == "in `bind`??"
    helm = "helm: Fix heat"
    assert scope_phrase(pull(helm, "deploy/charts/stove/values.yaml"), HighlightRules()) == "in the Helm chart"
    assert scope_phrase(pull(helm, "src/helm.go"), HighlightRules()) == "in `helm`??"
    assert (
        scope_phrase(pull("plugin/file: Fix heat", "plugin/file/setup.go"), HighlightRules()) == "in the `file` plugin"
    )


@pytest.mark.parametrize(
    ("paths", "phrase"),
    [
        (("plugin/bind/setup.go", "plugin/bind/bind.go"), "in the `bind` plugin"),
        (("plugins/inputs/stove/stove.go", "plugins/inputs/stove/lid.go"), "in the `stove` input plugin"),
        (("receiver/stovereceiver/lid.go",), "in the `stove` receiver"),
        (("themes/lake/css/lid.css",), "in the `lake` theme"),
        (("plugins/stoves/data/lid.c",), "in the `stoves` plugin"),
        (("plugin/bind/setup.go", "plugin/lid/lid.go"), ""),
        (("plugin/bind/setup.go", "core/lid.go"), ""),
        (("plugin/bind.go",), ""),
        (("drivers/testsuites/lid.go",), ""),
        (("r/components/stove/lid.cpp",), "in the `stove` component"),
        (("src/components/stove/lid.tsx",), ""),
        (("src/dialects/dialect_mysql.py",), "in the MySQL dialect"),
        (("src/dialects/dialect_stove.py", "src/dialects/dialect_stove_keywords.py"), ""),
        (("pkg/parsers/stove.go",), "in the `stove` parser"),
        (("pkg/parsers/base.go",), ""),
        (("pkg/parsers/parser.go",), ""),
        (("integration/fixtures/lid.go",), ""),
        (("plugin/file/setup.go",), ""),
    ],
)
def test_the_only_part_that_changes_is_named_where_no_scope_says_it(paths: tuple[str, ...], phrase: str) -> None:
    assert scope_phrase(pull("Fix heat", *paths), HighlightRules()) == phrase


@pytest.mark.parametrize("path", ["", ".", "..", "/", "plugins/.", "modules/..", "cmd/", "cmd/.", "plugin/bind/"])
def test_any_path_is_read(path: str) -> None:
    for title in ("Fix heat", "bind: Fix heat", "cmd/x: Fix heat"):
        assert isinstance(scope_phrase(pull(title, path), HighlightRules()), str)


@pytest.mark.parametrize(
    ("title", "path", "phrase"),
    [
        ("lint: Fix heat", "other-term/src/commands/lint.rs", "in `lint`??"),
        ("list: Fix heat", "pkg/cmd/pr/list/list.go", "in `list`??"),
        ("pr list: Fix heat", "pkg/cmd/pr/list/list.go", "in `r pr list`"),
        ("init: Fix heat", "cmd/other/app/cmd/init.go", "in `init`??"),
        ("root: Fix heat", "cmd/root.go", "in `root`??"),
    ],
)
def test_no_command_is_invented(title: str, path: str, phrase: str) -> None:
    assert scope_phrase(pull(title, path), HighlightRules()) == phrase


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("completions/kiln: Add heat", "in the `kiln` completions"),
        ("completion(kiln): Add heat", "in the `kiln` completions"),
        ("r update: Fix heat", "in `r update`"),
        ("New oven: Fix heat", "in the new oven"),
        ("Linux 7.0 compat: Fix heat", "on Linux 7.0"),
        ("GCC 15: Fix heat", "with GCC 15"),
        ("snapshots: Fix heat", "in snapshots??"),
        ("cache: Fix heat", "in the cache??"),
        ("auth: Fix heat", "in authentication??"),
        ("volumes: Fix heat", "for volumes?"),
        ("many: Fix heat", ""),
        ("attrs plugin: Fix heat", "in the attrs plugin"),
        ("i18n: Fix heat", ""),
        ("rust: Fix heat", ""),
        ("KilnML: Fix heat", "for KilnML"),
        ("services.kiln: Fix heat", "in `services.kiln`??"),
        ("kiln.toml: Fix heat", ""),
        ("library: Fix heat", ""),
        ("feature(kiln): Add heat", "in `kiln`??"),
        ("[HOT101] Fix heat", "in `HOT101`"),
        ("[smelter] Fix heat", "in the smelter??"),
        ("[client] Fix heat", "in the client?"),
        ("[replication] Fix heat", "in replication??"),
        ("Graceful heating: Fix heat", "in the graceful heating"),
        ("fix(lsp): heat", "in the LSP"),
        ("feat(unstable): Add heat", ""),
    ],
)
def test_a_scope_is_a_phrase_as_people_write_it(title: str, phrase: str) -> None:
    assert scope_phrase(pull(title, "lib/a.go"), HighlightRules()) == phrase


def test_a_program_keeps_its_name() -> None:
    change = msgspec.structs.replace(pull("kilnbar: Fix fire", "kilnbar/main.c"), repo="octo/kiln")
    assert scope_phrase(change, HighlightRules()) == "in `kilnbar`??"


def test_a_file_of_a_module_is_no_module() -> None:
    assert scope_phrase(pull("Fix heat", "modules/kiln/fire.go"), HighlightRules()) == ""
    assert scope_phrase(pull("Fix heat", "modules/services/kiln.nix"), HighlightRules()) == "in `kiln`"


def test_folders_of_a_stranger_are_no_names() -> None:
    assert scope_phrase(pull("Fix heat", "lib/qemu/a.go"), HighlightRules()) == ""
    assert scope_phrase(pull("Fix heat", "plugins/qemu_a.py", "plugins/qemu_b.py"), HighlightRules()) == "for QEMU"


def test_a_folder_of_a_language_is_no_name() -> None:
    assert scope_phrase(pull("Fix heat", "clients/src/main/java/A.java"), HighlightRules()) == ""


def test_a_file_in_a_folder_is_no_part() -> None:
    assert scope_phrase(pull("db/stmt: Fix heat", "lib/db/stmt.go"), HighlightRules()) == ""
    assert scope_phrase(pull("db/stmt: Fix heat", "lib/db/stmt/a.go"), HighlightRules()) == "in `stmt`??"


def test_a_part_is_named_without_its_project() -> None:
    change = msgspec.structs.replace(pull("kilnheat: Fix fire", "lib/kilnheat/a.go"), repo="octo/kiln")
    assert scope_phrase(change, HighlightRules()) == "in `heat`??"
    named = msgspec.structs.replace(pull("kilnserver: Fix fire", "kilnserver/a.go"), repo="octo/kiln")
    assert scope_phrase(named, HighlightRules()) == ""


def test_another_program_has_no_commands_of_the_first() -> None:
    change = msgspec.structs.replace(pull("kilnd/heat: Fix fire", "cmd/kilnd/heat.go"), repo="octo/kiln")
    assert "kiln kilnd" not in scope_phrase(change, HighlightRules())


@pytest.mark.parametrize(
    ("path", "phrase"), [("ui/src/a.rs", "in the UI"), ("src/a.js", "in the UI"), ("src/a.rs", "in the UI?")]
)
def test_an_interface_without_files_of_screens_is_named_in_doubt(path: str, phrase: str) -> None:
    assert scope_phrase(pull("ui: Fix heat", path), HighlightRules()) == phrase


def test_a_checker_is_no_part() -> None:
    assert scope_phrase(pull("[mypy] Fix heat", "src/a.py"), HighlightRules()) == ""


def test_a_language_with_a_folder_of_sdks_is_an_sdk() -> None:
    assert scope_phrase(pull("nodejs: Fix heat", "sdk/nodejs/a.ts"), HighlightRules()) == "in the Node.js SDK"


def test_a_helper_is_none_of_its_kind() -> None:
    path = "exporter/exporterhelper/a.go"
    assert scope_phrase(pull("exporterhelper: Fix heat", path), HighlightRules()) == "in `exporterhelper`??"


@pytest.mark.parametrize(
    ("title", "path", "text"),
    [
        ("Add --hot to kiln light", "cmd/light.go", "Add --hot to `kiln light`"),
        ("Allow kiln fire list to wait", "cmd/fire/list.go", "Allow `kiln fire list` to wait"),
        ("Allow kiln image copy twice", "cli/image.go", "Allow `kiln image copy` twice"),
        ("Allow kiln light slowly", "lib/light.go", "Allow kiln light slowly"),
        ("Fix 'big kiln light' and kiln door", "cmd/light.go", "Fix 'big kiln light' and kiln door"),
    ],
)
def test_a_call_of_a_changed_command_is_code(title: str, path: str, text: str) -> None:
    change = msgspec.structs.replace(pull(title, path), repo="octo/kiln")
    assert with_calls(title, change, HighlightRules()) == text


def test_a_call_as_a_scope_is_the_command() -> None:
    assert scope_phrase(pull("tool show: Fix heat", "tool/main.go"), RULES) == "in `tool show`"
    assert scope_phrase(pull("kiln show: Fix heat", "tool/main.go"), RULES) != "in `kiln show`"


def test_a_scope_that_says_nothing_is_left_out_alone() -> None:
    rules = HighlightRules(scopes={"ceph": ""})
    assert scope_phrase(pull("ceph: Fix heat", "ceph/a.go"), rules) == ""
    assert scope_phrase(pull("cache: Fix heat", "cache/a.go"), rules) == "in the cache??"
    assert scope_phrase(pull("cache: Fix heat", "cache/a.go"), HighlightRules(scopes={"kiln": "on kilns"})) == ""
