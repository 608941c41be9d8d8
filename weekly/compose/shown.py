"""Find the drafted highlights that a post still shows after editing, which the introduction names."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from weekly.highlights.select import Selection
from weekly.model import Kind


def shown_of(drafted: Selection, edited: Selection, featured: Collection[str]) -> Selection:
    """Return the drafted highlights that the post still shows, in their lists, and those that the editor added.

    `featured` has the refs of what features describe. The post shows it, though not as bullets.
    """
    shown = {pull.ref: one for one in edited.highlights for pull in one.pulls}
    kept = []
    for one in drafted.highlights:
        refs = [pull.ref for pull in one.pulls]
        if any(ref in featured for ref in refs):
            kept.append(one)
        elif found := next((shown[ref] for ref in refs if ref in shown), None):
            kept.append(replace(one, verdict=found.verdict))
    known = {pull.ref for one in drafted.highlights for pull in one.pulls}
    kept += [one for one in edited.highlights if one.pulls and known.isdisjoint(pull.ref for pull in one.pulls)]
    improvements, bugfixes = (
        tuple(one for one in kept if one.verdict.kind is kind) for kind in (Kind.IMPROVEMENT, Kind.BUGFIX)
    )
    return replace(drafted, improvements=improvements, bugfixes=bugfixes)


def kinds_of(selection: Selection) -> dict[str, Kind]:
    """Return the kinds of the highlights by the refs of their first pull requests."""
    return {one.pulls[0].ref: one.verdict.kind for one in selection.highlights}
