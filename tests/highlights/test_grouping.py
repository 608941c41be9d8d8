"""Pull requests that continue one another are one group, and each is in one."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def grouped(*pulls: PullRequest, kinds: dict[str, Kind] | None = None) -> dict[int, list[tuple[int, str]]]:
    """Return the members of each group, with their reasons, by the number of its lead."""
    found = grouping.groups(pulls, kinds or {one.ref: Kind.BUGFIX for one in pulls})
    return {one.lead.number: [(member.number, why) for member, why in one.members] for one in found}


@pytest.mark.parametrize(
    ("title", "body", "base", "why"),
    [
        ("Add quotas (stable-5.0)", "", "stable-5.0", "a backport of many/r0#2"),
        ("Take it over", "Backport of #2", "stable-5.0", "a backport of many/r0#2"),
        ("Polish it", "Follow-up to #2", "main", "a follow-up of many/r0#2"),
        ("Add quotas, part 2", "", "main", "a further part of many/r0#2"),
    ],
)
def test_pull_requests_that_continue_another_belong_to_it(title: str, body: str, base: str, why: str) -> None:
    assert grouped(pull(2, "Add quotas"), pull(4, title, base=base, body=body)) == {2: [(4, why)]}


@pytest.mark.parametrize(
    "other",
    [
        pull(4, "Add volumes"),
        pull(4, "Add quotas, part 2", author="b"),
        pull(5, "Take it over", base="stable-5.0", body="Backport of #2"),
        pull(4, "zfs: Add more volumes"),
    ],
    ids=["other words", "other author", "other repository", "other scope"],
)
def test_others_are_groups_of_their_own(other: PullRequest) -> None:
    assert grouped(pull(2, "Add quotas"), other) == {2: [], other.number: []}


made = st.builds(
    pull,
    st.integers(1, 12),
    st.sampled_from(TITLES),
    st.sampled_from("ab"),
    st.sampled_from(["main", "stable-5.0", None]),
    st.sampled_from(["", "Follows #4", "Backport of #1"]),
)


@given(pulls=st.lists(made, max_size=12, unique_by=lambda one: one.ref), data=st.data())
def test_each_pull_request_is_in_one_group_of_its_repository(pulls: list[PullRequest], data: st.DataObject) -> None:
    kinds = {one.ref: data.draw(st.sampled_from(KINDS)) for one in pulls}
    found = grouping.groups(pulls, kinds)
    assert sorted(one.ref for group in found for one in group.pulls) == sorted(one.ref for one in pulls)
    assert all(len({one.repo for one in group.pulls}) == 1 for group in found)


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
