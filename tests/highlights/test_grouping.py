"""Groups are those that comparing each pull request with each other one would find."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.facts import MISSING, SHARED, real_pulls
from weekly.highlights import grouping, reverts
from weekly.model import Kind, Person, PullRequest

KINDS = (Kind.IMPROVEMENT, Kind.BUGFIX)
TITLES = (
    "lxd/storage: Add zfs quotas", "lxd/storage: Fix zfs quotas", "lxd/storage/zfs: Rework quotas", "Add quotas part 1",
    "Add quotas part 2", "Backport Add quotas", "Follow-up on #3", "Add quotas (stable-5.0)", "backport of #2", "Add quotas",
    'Revert "Add quotas"',
)  # fmt: skip


def pull(number: int, title: str, author: str = "a", base: str | None = "main", body: str = "") -> PullRequest:
    return PullRequest(
        repo=f"many/r{number % 2}",
        number=number,
        title=title,
        url=f"https://github.com/many/r{number % 2}/pull/{number}",
        author=Person(login=author),
        merged_at=datetime(2023, 3, 27, tzinfo=UTC),
        base=base,
        body=body,
    )


def plainly(pulls: list[PullRequest], kinds: dict[str, Kind]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The groups by asking each of each, in the order of the groups and of their members."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    signs = {one.ref: grouping._signs(one, kinds[one.ref]) for one in pulls}
    for one in sorted(pulls, key=lambda one: (one.repo, one.number)):
        for lead, members in found:
            others = [ref for ref in (lead, *(ref for ref, _ in members)) if signs[ref].pull.repo == one.repo]
            why = next((why for ref in others if (why := grouping._why(signs[one.ref], signs[ref]))), "")
            if why:
                members.append((one.ref, why))
                break
        else:
            found.append((one.ref, []))
    return found


def grouped(pulls: list[PullRequest], kinds: dict[str, Kind]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(one.lead.ref, [(pull.ref, why) for pull, why in one.members]) for one in grouping.groups(pulls, kinds)]


made = st.builds(
    pull,
    st.integers(1, 12),
    st.sampled_from(TITLES),
    st.sampled_from("ab"),
    st.sampled_from(["main", "stable-5.0", None]),
    st.sampled_from(["", "Follows #4", "Backport of #1"]),
)


@given(pulls=st.lists(made, max_size=12, unique_by=lambda one: one.ref), data=st.data())
def test_groups_are_those_that_asking_each_of_each_finds(pulls: list[PullRequest], data: st.DataObject) -> None:
    kinds = {one.ref: data.draw(st.sampled_from(KINDS)) for one in pulls}
    assert grouped(pulls, kinds) == plainly(pulls, kinds)


@pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)
def test_so_are_those_of_real_pull_requests() -> None:
    pulls = list(real_pulls())[:400]
    kinds = {one.ref: KINDS[one.number % 2] for one in pulls}
    found = grouped(pulls, kinds)
    assert found == plainly(pulls, kinds)
    assert any(members for _, members in found)


def test_ten_times_as_many_take_about_ten_times_as_long() -> None:
    """Thousands of pull requests of one project are no more than a moment; each of each would be minutes."""

    def seconds(count: int) -> float:
        pulls = [pull(2 * number, f"lxd/area{number}: Add thing number {number}") for number in range(1, count + 1)]
        kinds = {one.ref: Kind.IMPROVEMENT for one in pulls}
        start = time.process_time()
        assert len(grouping.groups(pulls, kinds)) == count
        assert reverts.undone(pulls) == {}
        return time.process_time() - start

    small, large = min(seconds(400) for _ in range(3)), min(seconds(4000) for _ in range(2))
    assert large < 40 * small
