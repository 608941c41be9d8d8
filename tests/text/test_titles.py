"""Titles become the sentences that a good editor would accept, or stay as they are."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.text import titles
from weekly.text.markdown import code_spans

DATA = Path(__file__).parent / "data"
COMMANDS = ("lxc", "lxc-create", "lxd")

# What the code doesn't turn as the editor would: true and readable, but in other words. This may only shrink.
MISSES = {"lxc/distrobuilder#3"}
MISSES_AFTER = {
    "canonical/lxd#12513",
    "canonical/lxd#17917",
    "lxc/lxc#1126",
    "lxc/lxc#2952",
}


def table(name: str) -> list[tuple[str, str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [(ref, title, sentence) for ref, title, sentence in rows]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Restore the description of pools", "Now restores the description of pools."),
        ("Clean up pools properly", "Now cleans up pools properly."),
        ("Restore the old behaviour of pools", "Restored the old behaviour of pools."),
        ("Add a name to pools", "Added a name to pools."),
        ("Use quotes so that names are not escaped", "Now uses quotes so that names are not escaped."),
    ],
)
def test_what_a_fix_does_is_what_the_program_does_now(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=True) == sentence


@pytest.mark.parametrize(
    ("name", "size", "misses"), [("titles.tsv", 170, MISSES), ("titles-after.tsv", 59, MISSES_AFTER)]
)
def test_the_tables_are_whole_and_the_misses_are_known(name: str, size: int, misses: set[str]) -> None:
    rows = table(name)
    found = {ref for ref, title, sentence in rows if titles.sentence(title, commands=COMMANDS) != sentence}
    assert (len(rows), len({ref for ref, _, _ in rows}), found) == (size, size, misses)


@pytest.mark.parametrize(("ref", "title", "sentence"), table("titles.tsv") + table("titles-after.tsv"))
def test_a_real_title_becomes_what_an_editor_accepts(ref: str, title: str, sentence: str) -> None:
    found = titles.sentence(title, commands=COMMANDS)
    assert (found == sentence) is (ref not in MISSES | MISSES_AFTER), found


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("fix: crash on start", "Fixed a crash on start."),
        ("Use FOO_BAR to find open()/close()/read()", "Now uses `FOO_BAR` to find `open()/close()/read()`."),
        ("removed c->is_defined(c) check", "Removed the `c->is_defined(c)` check."),
        ("Add conf->rootfs.path check", "Added a `conf->rootfs.path` check."),
        ("Fix std::string use", "Fixed `std::string` use."),
        ("Sort a []string slice", "Now sorts a `[]string` slice."),
        ("Use api.StatusErrorf(http.StatusNotFound)", "Now uses `api.StatusErrorf(http.StatusNotFound)`."),
        ("Logging consistency improvements and a test", "Logging consistency improvements and a test."),
        ("Don't tie entries to their subsystem", "No longer ties entries to their subsystem."),
        ("proc: don't spam the log", "No longer spams the log."),
        ("Guarantee a single heartbeat", "Now guarantees a single heartbeat."),
        ("wipe alloca() from the code", "Wiped `alloca()` from the code."),
        ("Crash on start", "Crash on start."),
        ("Don't crash", "Fixed a crash."),
        ("Don't panic if the file is gone", "Fixed a panic when the file is gone."),
        ("Don't hang the daemon", "No longer hangs the daemon."),
        ("Have the agent wait", "Now has the agent wait."),
        ("Be stricter about names", "Now is stricter about names."),
        ("Unmask errors of the parser", "Now unmasks errors of the parser."),
        ("Don't warn/fail on old kernels", "No longer warns or fails on old kernels."),
        ("Remove the socket on shutdown", "Now removes the socket on shutdown."),
        ("Try to keep the address", "Now tries to keep the address."),
        ("Load balancer checks follow up", "Load balancer checks follow up."),
        ("Move the parser and use two threads", "Moved the parser and now uses two threads."),
        ("Faster listing of pools with many volumes", "Made listing of pools faster with many volumes."),
        ("Removal of the old socket", "Removed the old socket."),
        ("Experimental backup of pools", "Added experimental backup of pools."),
        ("Support adding two networks", "Added support for adding two networks."),
        ("Adds support moving pools", "Added support for moving pools."),
        ("Network Adds an option for routes", "Network Adds an option for routes."),
        ("Forwards fixes", "Fixed issues with forwards."),
        ("Clock ticks too often", "Clock ticks too often."),
        ("Various auth improvements", "Improved auth."),
        ("Pools - accept a second size", "Now accepts a second size."),
        ("Add sizes and report names", "Added sizes and report names."),
        ("Add sizes and update names", "Added sizes and updated names."),
        ("Set `a.{b,c.d}.e`", "Now sets `a.{b,c.d}.e`."),
        ("修复登录崩溃。", "修复登录崩溃。"),
        ("fix: 修复登录", "修复登录。"),
        ("[ABC-12][UI] Add dark mode", "Added dark mode."),
        ("ABC-12 Add dark mode", "Added dark mode."),
        (":bug: Add dark mode", "Added dark mode."),
        ("fix (api): correct the limit", "Corrected the limit."),
        ("Fixed #12 -- Made names unique.", "Made names unique."),
        ("Fix leak of files, closes #12", "Fixed a leak of files."),
        ("Fix #12", "Fixed #12."),
        ('Revert "Move to the new parser"', "Reverted the move to the new parser."),
        ('Revert "Revert "Add a parser""', "Added a parser."),
        ('Revert "Allow empty names"', "Reverted a change that allowed empty names."),
        ("Add support for copy/move volumes", "Added support for copying/moving volumes."),
        ("Improve Many Things In The Network Stack", "Improved many things in the network stack."),
        ("Fix issue found by Rory McNamara", "Fixed an issue found by Rory McNamara."),
        ("Add --all/-a to `lxc list --format csv`", "Added `--all/-a` to `lxc list --format csv`."),
        ("Allow users to create and delete volumes", "Allowed users to create and delete volumes."),
        ("Fix copy and move of volumes", "Fixed copy and move of volumes."),
        ("Adds linters and fixes errors", "Added linters and fixed errors."),
        ("Add parser, drop lexer and rename grammar", "Added parser, dropped lexer and renamed grammar."),
        ("Error handling", "Error handling."),
        ("Sort/paint pools by name", "Sort/paint pools by name."),
        ("Fix and improves pools", "Fix and improves pools."),
        ("Fix and wait for pools", "Fix and wait for pools."),
        ("Don't paint/sort pools", "Don't paint/sort pools."),
        ("Don't pools", "Don't pools."),
        ("Restart pools on resize and various small fixes", "Now restarts pools on resize."),
        ("Export/import pools between hosts", "Added support for exporting/importing pools between hosts."),
        ("Support for rename/delete of pools", "Added support for rename/delete of pools."),
        ("Add pools for old CPU's", "Added pools for old CPUs."),
        ("Fix the VM's name", "Fixed the VM's name."),
        ("Read the cache if not exists", "Now reads the cache if it doesn't exist."),
        ("Try and reload names", "Now tries to reload names."),
        ("Sort names - part 2", "Now sorts names."),
        ("lexer: rewrite", "Rewrote the lexer."),
        ("Remove stale sockets more quickly", "Now removes stale sockets more quickly."),
        ("Write the index before the disk is closed", "Now writes the index before the disk is closed."),
        ("Unhide old pools", "Unhid old pools."),
        ("Update BSD to support v13.2 (and drop v12.x)", "Updated BSD to support v13.2 (and drop v12.x)."),
        ("Security fixes from version 3", "Added security fixes from version 3."),
        ("Improved quota support", "Improved quota support."),
        ("Drop disks and some naming changes", "Dropped disks."),
        ("Stability improvements to listing", "Improved stability of listing."),
        ("Prune names during pool delete", "Now prunes names during pool delete."),
        ("Add quotas (From Upstream)", "Added quotas."),
        ("fix: Regressions in pools", "Fixed regressions in pools."),
        ("Names and sizes tweaks", "Names and sizes tweaks."),
        ("Add names from https://pools.example/names", "Added names from https://pools.example/names."),
        ("Fix names - from Incus", "Fixed names."),
        ("Add /lake/pools/{a, b} names", "Added /lake/pools/{a, b} names."),
        ("Write names after pool edit", "Now writes names after pool edit."),
        ("Unmount fixes", "Fixed issues with unmount."),
        ("Remove old options of pools fixes #12", "Removed old options of pools."),
        ("Consume events of pools", "Now consumes events of pools."),
        ("Revert to the first pool if a second fails", "Now reverts to the first pool if a second fails."),
        ("Fix #12. Include names of pools", "Now includes names of pools."),
        ("Don't list old pools anymore", "No longer lists old pools."),
        ("More pool fixes and tweaks", "More pool fixes and tweaks."),
        ("Allow to rename pools", "Allowed renaming pools."),
        ("Follow symlinks of pools", "Now follows symlinks of pools."),
        ("Further lexer hardening", "Hardened lexer."),
        ("More quota fixes", "Fixed issues with quota."),
        ('Fix "disks are full" error', 'Fixed "disks are full" error.'),
        ("If the pool is empty, skip its quota", "Now skips its quota if the pool is empty."),
        ("Don't reply to names of lakes", "No longer replies to names of lakes."),
        ("Don't spin when a pool closes", "No longer spins when a pool closes."),
        ("Support downgrades of pools", "Added support for downgrades of pools."),
        ("Rework quotas of lakes: drop names of pools", "Reworked quotas of lakes: dropped names of pools."),
        ("Check the quota if exists", "Now checks the quota if it exists."),
        ("Rename vols by addr", "Renamed volumes by address."),
        ("Fix the `vol` key", "Fixed the `vol` key."),
        ("Second round of pool fixes", "Fixed issues with pool."),
        ("quota.size-related fixes", "Fixed issues related to `quota.size`."),
        ("Post- pool-move fixes", "Post- pool-move fixes."),
        ("Actually sort pools", "Now sorts pools."),
        ("Try to fix the sorting of pools", "Fixed the sorting of pools."),
        ("Only lists old pools", "Now only lists old pools."),
        ("Better explain quotas to users", "Now better explains quotas to users."),
        ("When a pool is full, drop it from the list", "Dropped a pool from the list when it is full."),
        ("If `pool.size` is set, use it as a limit", "Now uses `pool.size` as a limit if it is set."),
        ("Warning page for full pools", "Warning page for full pools."),
        ("Support export to older servers", "Added support for exporting to older servers."),
        ('Fix "pool list hides names"', "Fixed an issue where pool list hides names."),
        ("Fix a pool list fail when a name is missing", "Fixed a pool list failure when a name is missing."),
        ("Fix openvswitch ports of phys netdevs", "Fixed Open vSwitch ports of physical network devices."),
        ("Read from the pool", "Now reads from the pool."),
        ("Allow pool.size{4,6}_filter keys", "Allowed `pool.size{4,6}_filter` keys."),
        ("If a pool gets full, drop it", "If a pool gets full, drop it."),
        ("If the size of a pool is wrong, correct it.", "Corrected the size of a pool if it is wrong."),
        ("If pools are full, check that a lake takes it", "Now checks that a lake takes it if pools are full."),
        ("Add pools + fixes", "Added pools."),
        ("Async pool endpoints", "Made pool endpoints async."),
        ("Add openSUSE", "Added support for openSUSE."),
        ("Drop Ubuntu Core", "Dropped support for Ubuntu Core."),
        ("Don't leak memory of pools", "Fixed a memory leak of pools."),
        ("Detect broken pools and reflect in the list", "Now detects broken pools and reflects in the list."),
        ("Unmount pools if even mounting fails", "Now unmounts pools even if mounting fails."),
        ('Revert "Fix leak of pools"', "Reverted the fix for leak of pools."),
        ("Join pool improvements", "Improved join pool."),
        ("Skip pools that dont exist", "Now skips pools that don't exist."),
        ("Transfer pools of old servers", "Now transfers pools of old servers."),
        ("", ""),
    ],
)
def test_what_is_unsure_stays_and_what_is_sure_is_turned(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Missing quota on pools", "Added missing quota on pools."),
        ("It is impossible to rename pools", "Fixed an issue that made it impossible to rename pools."),
        ("Agent fails on old kernels", "Fixed an issue where the agent fails on old kernels."),
        ("Copy fails on old kernels", "Fixed an issue where copy fails on old kernels."),
        ("Start on pool panic", "Start on pool panic."),
        ("Handle failing mounts", "Now handles failing mounts."),
        ("Fix {tcp,udp} ports", "Fixed {tcp,udp} ports."),
        ("List not showing all pools", "Fixed list not showing all pools."),
        ("Wrong size of pools", "Fixed wrong size of pools."),
        ("fix /lake/pools not showing all names", "Fixed `/lake/pools` not showing all names."),
        ("Get names of pools even if not using quotas", "Now gets names of pools even if not using quotas."),
        ("Busy pool prevents renaming", "Fixed an issue where busy pool prevents renaming."),
        ("Wrong names and panic in pools", "Fixed wrong names and panic in pools."),
        ("Failed to rename pools", "Fixed a failure to rename pools."),
        ("Resizing pools leads to lost names", "Fixed an issue where resizing pools leads to lost names."),
        ("Race condition in the monitor", "Fixed a race condition in the monitor."),
        ("Pool resize fix", "Fixed an issue with pool resize."),
        ("Fix user cannot write to pools", "Fixed an issue where the user cannot write to pools."),
        ("Fix a crash when the file is empty", "Fixed a crash when the file is empty."),
        ("Fix pools when the disk is missing", "Fixed pools when the disk is missing."),
        ("Fix agent crashes", "Fixed agent crashes."),
        ("Fix memory leaks in pools", "Fixed memory leaks in pools."),
        ("Fix list crashes agent", "Fixed an issue where list crashes agent."),
        ("Fix agent fails on start", "Fixed an issue where the agent fails on start."),
        ("Parser refactoring and race condition fix", "Fixed a race condition."),
        ("Fix export to VyOS and TrueNAS", "Fixed export to VyOS and TrueNAS."),
        ("Fix infinite loop in the editor", "Fixed an infinite loop in the editor."),
        ("Fix crash on nil map", "Fixed a crash on a nil map."),
        ("Fix v1.2.0-induced loss of pools", "Fixed v1.2.0-induced loss of pools."),
        ("fix: logs are duplicated", "Fixed an issue where logs are duplicated."),
        ("fix: pools are stuck", "Fixed an issue where pools are stuck."),
        ("The cache is stale after a restart", "Fixed an issue where the cache is stale after a restart."),
        ("Pool count is off by one", "Fixed an issue where pool count is off by one."),
        ("Logs are sorted", "Logs are sorted."),
    ],
)
def test_a_title_that_states_a_bug_becomes_its_fix(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=True) == sentence


@pytest.mark.parametrize(
    ("title", "scope", "text", "branch"),
    [
        ("[stable-5.0] lxd/api: Add foo", "lxd/api", "Add foo", "stable-5.0"),
        ("feat(api)!: add foo", "feat(api)", "add foo", ""),
        ("sysfs: cpuinfo: show value", "sysfs: cpuinfo", "show value", ""),
        ("storage: Add foo (stable-5.21) ", "storage", "Add foo", "stable-5.21"),
        ("Fix the parser: it was wrong", "", "Fix the parser: it was wrong", ""),
        ("Add foo (fixes #12)", "", "Add foo", ""),
        ("Fix issue #12", "", "Fix issue #12", ""),
    ],
)
def test_a_title_is_taken_apart(title: str, scope: str, text: str, branch: str) -> None:
    parts = titles.parse(title)
    assert (parts.scope, parts.text, parts.branch) == (scope, text, branch)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("--all and -p in lxc list", "`--all` and `-p` in `lxc list`"),
        ("some lxc storage issues of LXD 5.0", "some lxc storage issues of LXD 5.0"),
        ("limits.cpu, e.g. on linuxcontainers.org", "`limits.cpu`, e.g. on linuxcontainers.org"),
        ("AppArmor and qemu on x86_64 or IPv6", "AppArmor and QEMU on x86_64 or IPv6"),
        ("`already` in 'foo_bar'", "`already` in `foo_bar`"),
        ("and/or start/stop", "and/or start/stop"),
        ("vms with two NICs", "VMs with two NICs"),
        ("a DNSRecord of a VMware NIC", "a `DNSRecord` of a VMware NIC"),
        ("pool.size-based quotas", "`pool.size`-based quotas"),
        ("GET /1.0/pools of lakes", "`GET /1.0/pools` of lakes"),
        ("a \"PUT /1.0\" by 'pool set' commands", "a `PUT /1.0` by `pool set` commands"),
        ('"usb" type devices', "`usb` type devices"),
        ("Cache-Control and X-Pool-Name of Ice-Cream", "`Cache-Control` and `X-Pool-Name` of Ice-Cream"),
        ("/lake/.../pool in the var/ directory", "`/lake/.../pool` in the `var/` directory"),
        ("a pool-quota subcommand for 60-lake.rules", "a `pool-quota` subcommand for `60-lake.rules`"),
        ("snap-lake-depth-debug for a front-to-back-end test", "`snap-lake-depth-debug` for a front-to-back-end test"),
    ],
)
def test_code_becomes_code_spans_and_names_do_not(text: str, marked: str) -> None:
    from weekly.text.titles.code_spans import mark

    assert mark(text, commands=COMMANDS) == marked


@given(st.text(alphabet=st.sampled_from("aAdD fix-Fix `'\"_.:/()#…=é\n"), max_size=60))
def test_any_title_becomes_one_line_that_ends(title: str) -> None:
    found = titles.sentence(title)
    assert "\n" not in found
    assert not found or found.endswith((".", "!", "?", "…", "。"))


@given(st.lists(st.sampled_from(["add", "`a b`", "foo_bar", "and", "--x", "use", "Don't", "x.y"]), max_size=8))
def test_code_spans_stay_whole(words: list[str]) -> None:
    before = [piece for piece, is_code in code_spans(" ".join(words)) if is_code]
    after = [piece for piece, is_code in code_spans(titles.sentence(" ".join(words))) if is_code]
    assert [piece for piece in after if piece == "a b"] == before
    assert re.sub(r"`[^`]*`", "", titles.sentence(" ".join(words))).count("`") == 0


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Cache size limits", "Cache size limits."),
        ("net: Port range", "Port range."),
        ("Log size of volumes", "Now logs the size of volumes."),
        ("Parser micro optimisations", "Parser micro optimisations."),
        ("Performance optimizations", "Optimized performance."),
        ("Ensure copying fails early", "Ensured copying fails early."),
        ("Remove volumes that are not used", "Removed volumes that are not used."),
        ("Switch from pools to lakes", "Switched from pools to lakes."),
    ],
)
def test_a_noun_compound_is_no_order(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Handle agent not responding", "Now handles the agent not responding."),
        ("Log drivers not supported by the kernel", "Now logs drivers not supported by the kernel."),
        ("List not showing all pools", "Fixed list not showing all pools."),
        ("Refresh not handled", "Fixed refresh not handled."),
    ],
)
def test_a_fault_that_an_order_takes_as_its_object_is_no_bug(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=True) == sentence


def test_a_name_between_at_signs_is_code() -> None:
    assert titles.sentence("Replace @NAME@ in units") == "Replaced `@NAME@` in units."
    assert titles.sentence("Thank @ann and @bob") == "Thank @ann and @bob."


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Avoid printing empty pools", "No longer prints empty pools."),
        ("Avoid missing pools", "Avoided missing pools."),
        ("Avoid clashes of pools", "Avoided clashes of pools."),
        ("Error if the pool is missing", "Now returns an error if the pool is missing."),
        ("Error on start when the pool is missing", "Now returns an error on start when the pool is missing."),
        ("Default to large pools", "Now defaults to large pools."),
        ("Forget all pools on exit", "Now forgets all pools on exit."),
        ("Correctly log pools of guests", "Now correctly logs pools of guests."),
        ("Better log messages", "Improved log messages."),
        ("Nicer error on missing pools", "Improved the error on missing pools."),
        ("More descriptive messages in lists", "Improved messages in lists."),
        ("More robust locks", "Made locks more robust."),
        ("A couple of pool improvements", "Improved pool."),
        ("Render pools if they are deep", "Now renders pools if they are deep."),
        ("Fix :sort-pools on empty lakes", "Fixed `:sort-pools` on empty lakes."),
        ("Add set_pool_{start,end}", "Added `set_pool_{start,end}`."),
        ("Add Lake Language Platform support to pools", "Added Lake Language Platform support to pools."),
        ("Allow ro mounts of ro,bind pools", "Allowed read-only mounts of ro,bind pools."),
        ("Add ro translation", "Added ro translation."),
        ("Tag releases of pools", "Tagged releases of pools."),
        ("Jump list support", "Added jump list support."),
        ("Avoid timing attacks on pools", "Avoided timing attacks on pools."),
        ("Avoid copying pools and renaming lakes", "Avoided copying pools and renaming lakes."),
        ("Stop copying pools", "No longer copies pools."),
        ("Don't trip the breaker", "No longer trips the breaker."),
        ("(#12) Add pools", "Added pools."),
        ("[pools] - Remove lakes", "Removed lakes."),
        ("archive - fix the size of pools", "Fixed the size of pools."),
        ("Deep Lakes - Support for small pools", "Added support for small pools."),
        ("Add Arm64 Support", "Added Arm64 support."),
        ("Drop Python 3.8 Support", "Dropped Python 3.8 support."),
        ("Replace base64.*string() functions", "Replaced `base64.*string()` functions."),
        ("Pool lists should not have a border", "Pool lists no longer have a border."),
        ("Pool list should be sorted", "Pool list is now sorted."),
        ("pools: should always return names", "Now always returns names."),
        ("Fix pools that should be sorted", "Fixed pools that should be sorted."),
        ("It should work", "It should work."),
        ("Fix pools when one is `wet`-ed out", "Fixed pools when one is `wet`-ed out."),
        ("Implement RFC 12: show deep lakes", "Now shows deep lakes (RFC 12)."),
        ("Support RFC 12: Deep lakes", "Added support for deep lakes (RFC 12)."),
        ("Remove support for RFC 12: Deep lakes", "Removed support for deep lakes (RFC 12)."),
        ("Add pools (fixes #12, ref #13)", "Added pools."),
        ("Closes #12, add pools", "Added pools."),
        ("Add pools, see issue #12", "Added pools."),
        ("Add pools - Close #12", "Added pools."),
        ("Add pools (1/3)", "Added pools."),
        ("Add pools [2/3]", "Added pools."),
        ("Correctly sorts pools", "Now correctly sorts pools."),
        ("Ticket #12 -- Add pools", "Added pools."),
        ("Issue #12 in pools", "Issue #12 in pools."),
        ("Fix #12 crash of pools", "Fixed a crash of pools."),
        ("Fix #12 add pools", "Added pools."),
        ("Fix #12 by adding pools", "Fixed #12 by adding pools."),
        ("Add pools [#12]", "Added pools."),
        ("Add pools [LAKE-12]", "Added pools."),
        ("Add pools (LAKE-12)", "Added pools."),
        ("Add hashes of pools (SHA-256)", "Added hashes of pools (SHA-256)."),
        ("Add pools [skip ci]", "Added pools."),
        ("WIP Add pools", "Added pools."),
        ("(feat) Add pools", "Added pools."),
        ("feat add pools", "Added pools."),
        ("Avoid writing to full lakes", "No longer writes to full lakes."),
        ("fix: #12 override the size of pools", "Now overrides the size of pools."),
        ("#12: Override the size of pools", "Now overrides the size of pools."),
        ("Set size of pools (#12) #13 #14", "Now sets the size of pools."),
        ("pools: also uses small lakes", "Now also uses small lakes."),
        ("Don't be slow", "Don't be slow."),
        ("Caddyfile support for pools", "Added Caddyfile support for pools."),
        ("Add pools, fix lakes", "Added pools and fixed lakes."),
        ("Close button for windows and dialogs", "Close button for windows and dialogs."),
        ("Filter pools by delete markers", "Now filters pools by delete markers."),
        ("Make lakes safe by only load the needed pools", "Made lakes safe by only loading the needed pools."),
        ("Add Support for Dark Lakes in Pools page", "Added support for dark lakes in the pools page."),
        ("Smaller logs", "Made logs smaller."),
        ("Reduce memory of pools: Use one lake for all", "Reduced memory of pools."),
        ("Cache of pools: Check the index before copies", "Now checks the index before copies."),
        ("Add pools, use lakes if they are deep", "Added pools, and now uses lakes if they are deep."),
        ("Add id of pools (alt #12) (fixes #13)", "Added the ID of pools."),
        ("Publish support", "Added publish support."),
        ("Add GET /pools/{name}", "Added the `GET /pools/{name}` endpoint."),
        ("nethttp: Add pools of guests", "Added pools of guests."),
        ("Configurable size of pools", "Added configurable size of pools."),
        ("Adapt Tide Table for some modern Harbour View", "Adapted Tide Table for some modern Harbour View."),
        ("Fix Crash When Deleting Pools", "Fixed a crash when deleting pools."),
        ("Show pools on Mac, not the mac address", "Now shows pools on Mac, not the MAC address."),
        ("Keep names, incl. those of pools w/ guests :)", "Now keeps names, including those of pools with guests."),
        ("Fix copies on windows", "Fixed copies on Windows."),
        ("Use --pool= for each copy and _a_b=1", "Now uses `--pool=` for each copy and `_a_b=1`."),
        ("Add _lake/v1/pools endpoint", "Added a `_lake/v1/pools` endpoint."),
        ("Add Pool#drain? and Lake::Pool#fill", "Added `Pool#drain?` and `Lake::Pool#fill`."),
        ("Add crds for osds and pvc", "Added CRDs for OSDs and PVC."),
        ("Use Pool#each_lid instead of Pool#lids.each", "Now uses `Pool#each_lid` instead of `Pool#lids.each`."),
        ("faster pools via lookups of lids", "Made pools faster via lookups of lids."),
        ("Implement POOL VERSION", "Implemented POOL VERSION."),
        ("Drop packets coming from pools", "Now drops packets coming from pools."),
        ("Drop packets support", "Dropped packets support."),
        ("Pin numpy and add Javadoc", "Pinned NumPy and added Javadoc."),
        ("Build windows 64bit pools", "Now builds Windows 64bit pools."),
        ("Enable/disable pools", "Allowed enabling and disabling pools."),
        ("enable or disable pools", "Allowed enabling or disabling pools."),
        ("Add lowercase and uppercase pools", "Added lowercase and uppercase pools."),
        ("Upgrade guide from v1.3 to v1.4", "Upgrade guide from v1.3 to v1.4."),
        ("More precise pools; support lakes", "Added more precise pools; support lakes."),
        ("Add pools (fixes #4492 #5039)", "Added pools."),
        ("Add a number for pools as per #3666", "Added a number for pools."),
    ],
)
def test_a_title_of_any_project_becomes_a_sentence(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Pools with long names cause a crash on start", "Fixed a crash on start caused by pools with long names."),
        ("`Pool` causes memory leak in lists", "Fixed a memory leak in lists caused by `Pool`."),
        ("Long names cause the server to crash", "Fixed an issue where long names cause the server to crash."),
        ("Copying pools leads to lost names", "Fixed an issue where copying pools leads to lost names."),
        ("Don't copy pools twice (and cause a crash)", "No longer copies pools twice (and cause a crash)."),
        ("Buffer overflow in lakes", "Fixed a buffer overflow in lakes."),
        ("Double quotes in names break search", "Fixed an issue where double quotes in names break search."),
        ("Error on start when the pool is full", "Fixed an error on start when the pool is full."),
        ("Fix two issues: names cut off, icons missing", "Fixed two issues: names cut off, icons missing."),
        ("Fix crash on start: check for empty pools", "Fixed a crash on start."),
        ("Fix list not working bug", "Fixed the list not working."),
        ("Fix list not sorted issue", "Fixed the list not being sorted."),
        ("Show what leads to a crash", "Now shows what leads to a crash."),
    ],
)
def test_a_title_that_names_a_cause_becomes_its_fix(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=True) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        # Marks of a title that say nothing of the change
        ("bpo-4711: Sort the list of ovens", "Now sorts the list of ovens."),
        ("Issue 12: Support two ovens", "Now supports two ovens."),
        ("Add a lid (copy paste)", "Added a lid."),
        ("Fix overflow in lids (CID 4711)", "Fixed an overflow in lids."),
        ("Rework the lids (again)", "Reworked the lids."),
        ("Fix overflow of lids. OSS-Fuzz 4711", "Fixed an overflow of lids."),
        ("Add lids :tada:", "Added lids."),
        ("Add missing lid after 0123456789ab", "Added the missing lid."),
        ("Shorten the list of lids. Closes #12", "Shortened the list of lids."),
        ("(2.14) Add lids", "Added lids."),
        ('Cherry-pick "Add lids"', "Added lids."),
        ("[FIXED] Bug in lids", "Fixed a bug in lids."),
        ("[IMPROVED] Startup of large kilns", "Improved startup of large kilns."),
        ("[ADDED] LidStore option", "Added a `LidStore` option."),
        ("[IMPROVED] Smoke now leaves", "Smoke now leaves."),
        # References before a title
        ("Fix #12: Add lids", "Added lids."),
        ("Fix #12: lid colors", "Fixed lid colors."),
        ("Fixes #12 : `lids` shows the same lid twice", "Fixed an issue where `lids` shows the same lid twice."),
        ("Fix #12 skip lids when none is there", "Now skips lids when none is there."),
        # A verb that is none
        ("Delete kiln may fail", "Fixed an issue where delete kiln may fail."),
        ("Mounting a lid needs two hands", "Mounting a lid needs two hands."),
        ("Handling of lids", "Fixed handling of lids."),
        ("Improve the way lids are closed", "Improved the way lids are closed."),
        ("Fix LidStore renders closed lids", "Fixed `LidStore` renders closed lids."),
        ("Fix LidStore accepts closed lids", "Fixed an issue where `LidStore` accepts closed lids."),
        ("Improved lids when it rains", "Improved lids when it rains."),
        ("Friendly message for lost lids", "Friendly message for lost lids."),
        # Several verbs
        ("Include lids and don't stop there", "Now includes lids and no longer stops there."),
        ("Open lids and stop closing them", "Now opens lids and no longer closes them."),
        ("Reuse lids, otherwise use new ones", "Now reuses lids, otherwise uses new ones."),
        ("Make sure lids are closed and correct", "Ensured lids are closed and correct."),
        ("Add a way to open a lid, add a flag for it", "Added a way to open a lid and added a flag for it."),
        ("Open lids + more lid fixes", "Now opens lids."),
        # What is done once, and what the program does
        ("Completely remove lids", "Completely removed lids."),
        ("Sync typeshed", "Synced typeshed."),
        ("Sync lids with pots", "Now syncs lids with pots."),
        ("Set the minimum version to 1.2", "Set the minimum version to 1.2."),
        ("Give a clear error", "Now gives a clear error."),
        ("Split lids on demand", "Now splits lids on demand."),
        ("Did not reject closed lids", "Now rejects closed lids."),
        # Words that are missing
        ("Support many lids properly", "Now properly supports many lids."),
        ("Support disable lids of pots", "Added support for disabling lids of pots."),
        ("Allow to template lids", "Allowed templating lids."),
        ("Allow for more lids", "Allowed more lids."),
        ("Make easier to close lids", "Made it easier to close lids."),
        ("Drop support p2p", "Dropped support for p2p."),
        ("Fix that lids cannot be closed", "Fixed an issue where lids cannot be closed."),
        ("Open the the lid", "Now opens the lid."),
        ("Fix lids causing panic", "Fixed lids causing panic."),
        ("Add FIRE_LID variable", "Added a `FIRE_LID` variable."),
        ("Added in closing of lids", "Added closing of lids."),
        ("Start adding missing lids", "Added missing lids."),
        ("Create proper fix for lost lids", "Fixed lost lids."),
        ("Make lids to work with pots", "Made lids work with pots."),
        ("Don't force close open lids", "No longer force-closes open lids."),
        ("Force install in scripts", "Forced install in scripts."),
        ("Avoid unmount lids twice", "No longer unmounts lids twice."),
        ("Workaround for hot lids", "Added a workaround for hot lids."),
        ("Hopefully fix lids", "Fixed lids."),
        ("Add Windows Lid Support When Cooking", "Added Windows lid support when cooking."),
        ("Faster lids.", "Made lids faster."),
        # What the program does under a condition
        ("When hot, stop opening lids", "Now stops opening lids when hot."),
        ("When hot, use a lid instead of a pan", "Now uses a lid instead of a pan when hot."),
        ("Rearrange lids when cooking", "Now rearranges lids when cooking."),
        ("Improve speed when cooking", "Improved speed when cooking."),
        ("Raise LidError instead of an exit", "Now raises `LidError` instead of an exit."),
        ("Remove noisy message when cooking", "Removed the noisy message when cooking."),
        ("Clean up old code when cooking", "Cleaned up old code when cooking."),
        ("Batch lid data race", "Fixed a batch lid data race."),
        ("Decode error", "Fixed a decode error."),
        ("Clean up errors", "Now cleans up errors."),
        ("Make sure to close lids", "Now closes lids."),
        ("Make sure we have lids", "Made sure we have lids."),
        ("Also track lids", "Now also tracks lids."),
        ("Open lids when use pans", "Now opens lids when using pans."),
        ("Open lids when delete fails", "Now opens lids when delete fails."),
        ("Close lids and speed up pans", "Now closes lids and speeds up pans."),
        ("Close lids and exit cleanly", "Now closes lids and exits cleanly."),
        ("Don't open lids or close them", "No longer opens lids or closes them."),
        ("Set names of lids", "Now sets names of lids."),
        ("Use lids instead of pans", "Now uses lids instead of pans."),
        ("Build fixes for lids", "Fixed issues with build for lids."),
        ("Fixup lids", "Fixed up lids."),
        ("Improve perf of lids", "Improved performance of lids."),
        ("Allow unsetting lid.<name>.bus", "Allowed unsetting `lid.<name>.bus`."),
        ("Opening a lid too early could cause a crash", "Fixed a crash caused by opening a lid too early."),
        ("Store and show lids when cooking", "Now stores and shows lids when cooking."),
        ("Fix and format all lids", "Fixed and now formats all lids."),
        ("More precisely detect lids", "Now more precisely detects lids."),
        # Two sentences
        ("Add lids. Use them by default", "Added lids. Now uses them by default."),
        ("lid set: close all", "Now closes all."),
        ("pot/lid Fixed hot lids", "Fixed hot lids."),
        ("Add lids ( refs #12 )", "Added lids."),
        ("Fixes #12; close lids", "Now closes lids."),
        ("Add lids, closing #12", "Added lids."),
        # Code
        ("Use $LID/bin on *-all commands", "Now uses `$LID/bin` on `*-all` commands."),
        ("Check Lid.close/2", "Now checks `Lid.close/2`."),
        ("Add <lid> element", "Added a `<lid>` element."),
        ("Cache _LID", "Now caches `_LID`."),
        ("Add *.lids.open-at-night option", "Added a `*.lids.open-at-night` option."),
        ('Fix lid="*" in pots', 'Fixed `lid="*"` in pots.'),
        ("Fix Python3.12 lids", "Fixed Python3.12 lids."),
        ("Keep .lids/cold and .pot files", "Now keeps `.lids/cold` and `.pot` files."),
        ("Drop .lid() calls from kiln.pot", "Dropped `.lid()` calls from `kiln.pot`."),
        ("Show lids like kiln(8)", "Now shows lids like `kiln(8)`."),
        ("Add $LID()/$POT()/$PAN", "Added `$LID()/$POT()/$PAN`."),
        ("Add lid='hot' to <pot>.<pan>", "Added `lid='hot'` to `<pot>.<pan>`."),
        # What was wrong
        (
            "Closing hot lids may deadlock on old kilns",
            "Fixed an issue where closing hot lids may deadlock on old kilns.",
        ),
        ("Fix the lid is damaged when hot", "Fixed an issue where the lid is damaged when hot."),
        ("Lids shouldn't be closed", "Lids are no longer closed."),
        ("Add a fix for hot lids", "Fixed hot lids."),
        ("Fix hot lid issue 1234", "Fixed a hot lid issue."),
        ("Fix issue 1234", "Fixed issue 1234."),
        ("Fixes #12: Clearing lids no longer causes an error", "Clearing lids no longer causes an error."),
        ("Fix lid no longer closes", "Fixed an issue where lid no longer closes."),
        ("Fix lids that no longer close", "Fixed lids that no longer close."),
        ("Kiln has wrong lids", "Fixed an issue where kiln has wrong lids."),
        ("Fix lid error when hot", "Fixed a lid error when hot."),
        ("Fix printing error messages", "Fixed printing error messages."),
        ("Don't heat twice, causing hot lids", "No longer heats twice, which caused hot lids."),
        ("Fix lids may block", "Fixed an issue where lids may block."),
        ("Fix so that lids can close", "Fixed so that lids can close."),
        ("Lids are mistakenly closed", "Fixed an issue where lids are mistakenly closed."),
        ("The crash when heating lids", "Fixed the crash when heating lids."),
        ("Batch state data races", "Fixed batch state data races."),
        ("fix lids not closing", "Fixed lids not closing."),
        ("Fix crash: close the lid first", "Fixed a crash."),
        ("Comment lids of pots doesn't work", "Fixed an issue where comment lids of pots doesn't work."),
        # Orders within a title
        ("Allow open and close rights", "Allowed open and close rights."),
        ("Allow pots and close hot lids", "Allowed pots and now closes hot lids."),
        ("If the pot is full, it is ignored", "If the pot is full, it is ignored."),
        ("Don't open lids, it is hot", "No longer opens lids."),
        ("Add initial Support for lids", "Added initial support for lids."),
        ("macOS lids should be closed", "macOS lids are now closed."),
        ("Close hot lids and don't crash", "Now closes hot lids and no longer crashes."),
        ("Build lids on mac OSX", "Now builds lids on macOS."),
        ("Don't open or close lids", "No longer opens or closes lids."),
        ("Don't open lids or pots", "No longer opens lids or pots."),
        ("Stop closing lids and opening pots", "Stopped closing lids and opening pots."),
        ("Stop closing lids in errors", "No longer closes lids in errors."),
        ("Avoid parsing errors in lids", "Avoided parsing errors in lids."),
        ("Add pots step 2: Close the lid first", "Now closes the lid first."),
        ("Add new hot pots today: Close the lid first", "Added new hot pots today."),
        ("Lids of pots: Close them first", "Now closes them first."),
        ("Add parse of lids", "Added parsing of lids."),
        ("Add support of lids", "Added support for lids."),
        ("Force remove lids", "Force-removed lids."),
        ("Don't force remove lids", "No longer force-removes lids."),
        ("Double free of lids", "Double free of lids."),
        ("Save heat by only close lids", "Now saves heat by only closing lids."),
        # Numbers
        ("Fix lids that can't be closed, fixes #12", "Fixed lids that can't be closed."),
        ("Fix 1555 remove lids", "Removed lids."),
        ("Close lids (fixes fe7e130)", "Now closes lids."),
        ("1234 Add lids", "Added lids."),
        ("Fixes 1234 - Add lids", "Added lids."),
        ("Implements #12: adds lids", "Added lids."),
        ("Use hot lids - fixes 1234", "Now uses hot lids."),
        ("Close lids (clone of #12)", "Now closes lids."),
        ("Close lids (fwd port to master)", "Now closes lids."),
        ("Lids should really not be hot", "Lids are no longer hot."),
        ("Lids should always be hot", "Lids are now always hot."),
        ("Close lids (LP: #1234)", "Now closes lids."),
        ("Close lids (hot lids 1/N)", "Now closes lids."),
        ("Close lids related to #12", "Now closes lids."),
        # Verbs and nouns
        ("Account for hot lids", "Now accounts for hot lids."),
        ("Add supports for lids", "Added support for lids."),
        ("Add getting lid option", "Added getting lid option."),
        ("Remove the unused if condition", "Removed the unused if condition."),
        ("Add lids, and adds pots", "Added lids, and added pots."),
        ("Use hot lids now instead of cold ones", "Now uses hot lids instead of cold ones."),
        ("Group lids by heat", "Now groups lids by heat."),
        ("Open lids when edit pots", "Now opens lids when editing pots."),
        ("Add lids & fix pots", "Added lids and fixed pots."),
        ("Add lids of`pots`", "Added lids of `pots`."),
        ("Add P2P lids", "Added P2P lids."),
        ("Open lids; Close pots", "Now opens lids; closes pots."),
        ("Solving issues with hot lids", "Fixed issues with hot lids."),
        ("Close lids (closes issue #3883)", "Now closes lids."),
        ("Close lids - 1604", "Now closes lids."),
        ("Close lids - Fixes Issue 672", "Now closes lids."),
        ("Update lids after disable", "Now updates lids after disable."),
        ("Add lids to pots before opening", "Now adds lids to pots before opening."),
        ("Add a check of lids before opening", "Added a check of lids before opening."),
        ("Resolve lid paths", "Now resolves lid paths."),
        ("Resolve lid issues", "Resolved lid issues."),
        ("Fix SARIF lid failure", "Fixed a SARIF lid failure."),
        ("Open lid reporting bug fix", "Fixed an issue with open lid reporting."),
        ("Close lids, attempt 2", "Now closes lids."),
        ("Pot sometimes accidentally opens lids", "Fixed an issue where pot sometimes accidentally opens lids."),
        ("Add a prompt when opening lids", "Added a prompt when opening lids."),
        ("Unbreak lids on 32-bit pots", "Fixed lids on 32-bit pots."),
        ("Lids should first open", "Lids now first open."),
        ("Lids should never be hot", "Lids are no longer hot."),
        ("Don't align lids since we align every pot", "No longer aligns lids."),
        ("Fix steam leaks found by gauges", "Fixed steam leaks found by gauges."),
        ("Fix wrapping of lid breaks in long recipes", "Fixed wrapping of lid breaks in long recipes."),
        ("Fix closing of lids so they don't slip", "Fixed closing of lids so they don't slip."),
        ("Make sure lid list loads before pots", "Ensured lid list loads before pots."),
        ("Make sure that lids close", "Made sure that lids close."),
        ("Work around a bug in lids", "Worked around a bug in lids."),
        ("Also don't require a lid", "No longer requires a lid."),
        ("Don't shutdown the stove", "No longer shuts down the stove."),
        ("Propagate lid error causes to cooks", "Now propagates lid error causes to cooks."),
        ("Take file from pot into account", "Now takes the file from pot into account."),
        ("Fix crash when pot is out of range", "Fixed a crash when pot is out of range."),
        ("Fix Warning & Operation lids", "Fixed Warning & Operation lids."),
        ("Fix yet another lid error", "Fixed yet another lid error."),
        ("Warn about wrong lid ID", "Now warns about wrong lid ID."),
        ("Support opening cooks' lid panel", "Now supports opening cooks' lid panel."),
        ("Make match arms simpler", "Made match arms simpler."),
        ("Editing lids via forms requires a pot", "Editing lids via forms requires a pot."),
        ("ALTER GROUP fix for lids", "Fixed an issue with ALTER GROUP for lids."),
        ("Display when delete lids are made", "Now displays when delete lids are made."),
        ("Add an fd limit", "Added an fd limit."),
        ("Add REST endpoint", "Added a REST endpoint."),
        ("`pot open`: Skip hot lids", "Now skips hot lids."),
        ("The lid list will now show pots", "The lid list now shows pots."),
        ("Highlight lid improvements for cooks", "Improved highlight lid for cooks."),
        ("fix: close #97 fix lids", "Fixed lids."),
        ("Fixes #97 Process hot lids", "Now processes hot lids."),
        ("Write to pots when lids are open", "Now writes to pots when lids are open."),
        ("Updated to fix hot lids", "Fixed hot lids."),
        ("Fix the --lid.name option", "Fixed the `--lid.name` option."),
        ("Allow pot:-like paths", "Allowed pot:-like paths."),
        ("Opening a lid twice starts the stove", "Opening a lid twice starts the stove."),
        ("Add UV_LID variable", "Added a `UV_LID` variable."),
        ("Allow pots to bypass lid check", "Allowed pots to bypass lid check."),
        ("Remove lids on the restore path", "Removed lids on the restore path."),
        ("Revert - Add lids", "Reverted the addition of lids."),
        ("Revert - Pots should close", 'Reverted "Pots should close".'),
    ],
)
def test_a_fix_of_any_project_becomes_a_sentence(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=True) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Show name in pool editor", "Now shows the name in the pool editor."),
        ("Always write `lake.yaml` file atomically", "Now always writes the `lake.yaml` file atomically."),
        ("Open pools with `dam open` command", "Now opens pools with the `dam open` command."),
        ("Add header to pool responses", "Added a header to pool responses."),
        ("Add pool name to log message", "Added the pool name to the log message."),
        (
            "Add support for `LAKE_COLOR` environment variable",
            "Added support for the `LAKE_COLOR` environment variable.",
        ),
        ("Add support for HTTP proxy", "Added support for an HTTP proxy."),
        ("Make default depth option configurable", "Made the default depth option configurable."),
        ("Return error when file does not exist", "Now returns an error when the file does not exist."),
        ("Use temporary file for pools", "Now uses a temporary file for pools."),
        ("Skip empty parameter", "Now skips an empty parameter."),
        ("Load pools from source", "Now loads pools from source."),
        ("Retry on error", "Now retries on error."),
        ("Handle names in Amazon Container Service", "Now handles names in Amazon Container Service."),
        ("Use arrays instead of map", "Now uses arrays instead of map."),
        ("Fix crash with node version 12", "Fixed a crash with node version 12."),
        (
            "Include `Deep` header specifying that pools fill",
            "Now includes the `Deep` header specifying that pools fill.",
        ),
        ("Use alternate buffer like dams", "Now uses the alternate buffer like dams."),
        ("Fix status of pools and dams in list", "Fixed the status of pools and dams in the list."),
    ],
)
def test_single_things_get_their_articles(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("fix(ui): dam count tooltip", "Fixed the dam count tooltip."),
        ("[fix] pool focus in lakes", "Fixed pool focus in lakes."),
        ("feat: option to hide dams", "Added an option to hide dams."),
        ("feat(lakes): depth limit", "Added a depth limit."),
        ("Feature/add dams for lakes", "Added dams for lakes."),
        ("feat(lake:create): allow dams [dev-v3]", "Allowed dams."),
        ("fix: stable order of dams", "Stable order of dams."),
        ("fix: dams are not shown", "Fixed an issue where dams are not shown."),
        ("feat(lakes): updates", "Feat(lakes): updates."),
        ("`lake dam` show open gates", "`lake dam` now shows open gates."),
        ("`lake_dam` add timeout", "Added a timeout to `lake_dam`."),
        ("`lake_dam` grows forever", "`lake_dam` grows forever."),
        ("Fix for empty pools in lake menu", "Fixed empty pools in the lake menu."),
    ],
)
def test_a_type_or_a_name_gives_a_title_its_verb(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=title.startswith(("fix", "[fix"))) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "Dam count & sizes", "Dam count + sizes", "Dam count; sizes", "Dam count, sizes", "Dam count - sizes", "Dam count…",
        "Dam count -> sizes", "Play files directly", "The dam drops lakes", "The dam that was", "Earlier dam count", "Correctly dam count",
        "Dam count drops lakes", "Lake keeps dams", "Lake kept dams", "Default the name to the image",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["fix", "feat"])
def test_a_typed_title_that_may_be_no_thing_stays_as_it_is(kind: str, text: str) -> None:
    assert titles.sentence(f"{kind}: {text}", is_fix=kind == "fix") == (text if text.endswith("…") else f"{text}.")


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("fix: caching of dams", "Fixed caching of dams."),
        ("feat: caching of dams", "Caching of dams."),
        ("feat: option of the lake", "Added an option of the lake."),
        ("feat: dams of the lake", "Dams of the lake."),
        ("fix: default name of dams", "Fixed the default name of dams."),
        ("fix: deep blue dam count name list of lakes", "Fixed the deep blue dam count name list of lakes."),
        ("fix: dam count in lakes in seas, rivers", "Dam count in lakes in seas, rivers."),
        ('fix: "quoted" dam count', 'Fixed "quoted" dam count.'),
        ("fix: dam leaks", "Fixed dam leaks."),
        ("feat: read dams", "Now reads dams."),
        ("fix: the dam count", "Fixed the dam count."),
        ("fix: the gate", "Fixed the gate."),
        ("feat: the new gate of dams", "Added the new gate of dams."),
        ("feat: the `--gate` option", "Added the `--gate` option."),
        ("feat: --gate option", "Added a `--gate` option."),
        ("fix: unable to open gates", "Fixed an issue that made it impossible to open gates."),
        ("refactor: dam count", "Dam count."),
    ],
)
def test_a_typed_noun_gets_a_verb_where_it_is_a_thing(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=title.startswith("fix")) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Make log file name configurable", "Made the log file name configurable."),
        ("Make unnecessary image copies optional", "Made unnecessary image copies optional."),
        ("Fix crash on start", "Fixed a crash on start."),
        ("Fix crash for delete", "Fixed a crash for delete."),
        ("Fix dams from export", "Fixed dams from export."),
        ("Fix crash in image list", "Fixed a crash in image list."),
        ("Fix crash in PATH", "Fixed a crash in PATH."),
        ("Fix crash in URL", "Fixed a crash in the URL."),
        ("Fix crash in logging setup", "Fixed a crash in logging setup."),
        ("Fix typo in logging", "Fixed a typo in logging."),
        ("Fix rule for logging messages", "Fixed the rule for logging messages."),
        ("Fix failure to open gates", "Fixed a failure to open gates."),
        ("Fix leak when scaling in pool", "Fixed a leak when scaling in the pool."),
        ("Fix crash for image with tags", "Fixed a crash for an image with tags."),
        ("Fix crash in new image", "Fixed a crash in a new image."),
        ("Read settings from file", "Now reads settings from a file."),
        ("Read settings from config file", "Now reads settings from the config file."),
        ("Add support for config file", "Added support for a config file."),
        ("Change type from file to socket", "Changed the type from a file to the socket."),
        ("Allow logs to log message", "Allowed logs to log message."),
    ],
)
def test_a_phrase_after_a_preposition_has_an_article_where_english_wants_one(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("fix(lakes): don't panic when empty", "Fixed a panic when empty."),
        ("fix: on Windows don't open dams if closed", "No longer opens dams on Windows if closed."),
        ("`--lake` now show dams", "`--lake` now shows dams."),
        ("Don't warn and return error", "No longer warns and returns error."),
        ("Don't bind mount /dams", "No longer bind-mounts `/dams`."),
        ("Don't fail if the dam does not exists", "No longer fails if the dam does not exist."),
        ("Make impossible to drain pools", "Made it impossible to drain pools."),
        ("Avoid fetch calls to lakes", "Avoided fetch calls to lakes."),
        ("Fix type: ignore in pools", "Fixed `type: ignore` in pools."),
        ("Add prefix and suffix to dams", "Added prefix and suffix to dams."),
        ("Fix names in backup and restore methods", "Fixed names in backup and restore methods."),
    ],
)
def test_slips_of_real_titles_are_mended(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix=title.startswith("fix")) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Sort dams with `deep` = off", "Now sorts dams with `deep = off`."),
        ("Sort dams when show_names: false", "Now sorts dams when `show_names: false`."),
        ("Show 'drain' method", "Now shows the `drain` method."),
        ("Sort pools in windows", "Now sorts pools on Windows."),
        ("Add uart lakes", "Added UART lakes."),
        (
            "Added new `--deep` option for lakes to specify user",
            "Added a new `--deep` option for lakes to specify user.",
        ),
    ],
)
def test_settings_and_names_are_marked_whole(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("fix: hoist dam imports", "Now hoists dam imports."),
        ("feat:add dam interface", "Added a dam interface."),
        ("Fix creating new pool interface", "Fixed creating new pool interface."),
        ("Fix flaky nil pointer", "Fixed a flaky nil pointer."),
        ("Convert lakes from checkbox to switch", "Converted lakes from a checkbox to switch."),
        ("Drop lakes from dam filter to improve speed", "Dropped lakes from the dam filter to improve speed."),
        ("Add ability to toggle last modified column", "Added ability to toggle last modified column."),
        ("Generate code frames for dams", "Now generates code frames for dams."),
        ("Allow —all for pools", "Allowed `--all` for pools."),
        ("Support alpine linux", "Added support for Alpine Linux."),
        ("Fix Memory Leaks", "Fixed memory leaks."),
        ("Resolve race condition in pools", "Resolved a race condition in pools."),
        ("Support pausing scale in annotation", "Added support for pausing scale in annotation."),
        ("da.where works with pools", "`da.where` now works with pools."),
        ("Make dams filters optional", "Made dams filters optional."),
        ("Dam drain implementation", "Implemented dam drain."),
        ("feature(lakes) enable dams", "Enabled dams."),
        ("Fix KeyError when draining", "Fixed a `KeyError` when draining."),
    ],
)
def test_more_kinds_of_titles(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Configure lakes via variables", "Allowed configuring lakes via variables."),
        ("Customize dam permissions", "Allowed customizing dam permissions."),
        ("Configure lakes", "Now configures lakes."),
        ("Add dams - solves #12", "Added dams."),
        ("Route ::/0 to lakes", "Now routes `::/0` to lakes."),
        ("Rework dam + lake updating", "Reworked dam and lake updating."),
        ("Require TLS1.2 for lakes", "Now requires TLS 1.2 for lakes."),
    ],
)
def test_what_users_set_is_allowed(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Expose lakes from pool-driver", "Exposed lakes from pool-driver."),
        ("feat: SDist option", "Added an SDist option."),
        ("Drop a check for lakes. Fixes https://example.org/issues/3", "Dropped a check for lakes."),
        ("Fix windows console crash on non-linux machines", "Fixed a Windows console crash on non-Linux machines."),
        ("Group dams and rebuild lakes once", "Now groups dams and rebuilds lakes once."),
    ],
)
def test_names_and_references_at_the_edge(title: str, sentence: str) -> None:
    assert titles.sentence(title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Support CREATE DAM ROLE", "Added support for CREATE DAM ROLE."),
        ("Fix keys of dams got lost", "Fixed an issue where keys of dams got lost."),
        ("Dam option added", "Added a dam option."),
        ("fix: default dam name to the lake", "Default dam name to the lake."),
        ("Fix issue 3431: Keep dams", "Now keeps dams."),
        ("This fixes dams", "Fixed dams."),
        ("Bugfix of dams", "Fixed dams."),
        ("Fix dams when when empty", "Fixed dams when empty."),
    ],
)
def test_verbs_at_the_end_and_repetitions(title: str, sentence: str) -> None:
    assert titles.sentence(title, is_fix="ix" in title) == sentence


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Fix name conflicts caused by dams", "Fixed name conflicts caused by dams."),
        ("Fix crash caused by dams", "Fixed a crash caused by dams."),
        ("Read entire files at once", "Now reads entire files at once."),
        ("Drop default None for lakes", "Dropped default None for lakes."),
        ("Change default lake_depth to a valid value", "Changed the default `lake_depth` to a valid value."),
        ("records with many dams", "Fixed records with many dams."),
    ],
)
def test_clauses_and_defaults_of_fixes(title: str, sentence: str) -> None:
    assert titles.sentence(f"fix: {title}" if title.startswith("records") else title, is_fix=True) == sentence
