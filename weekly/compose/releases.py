"""Link to the week's releases by their names for readers."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.config.project import RepositoryConfig
from weekly.highlights.releases import ReleaseKind, release_kind, release_title
from weekly.model import Release, ReleaseLink
from weekly.week import Week, zone_named


def release_links(repository: RepositoryConfig, releases: Sequence[Release], week: Week) -> tuple[ReleaseLink, ...]:
    """Return a repository's releases, the oldest first."""
    zone = zone_named(week.zone)
    links = []
    for release in sorted(releases, key=lambda release: (release.published_at, release.tag)):
        kind = release_kind(release, repository.long_term)
        links.append(
            ReleaseLink(
                title=release_title(repository.heading, release),
                url=release.url,
                day=release.published_at.astimezone(zone).date(),
                remark="" if kind is ReleaseKind.FEATURE else kind.value,
            )
        )
    return tuple(links)
