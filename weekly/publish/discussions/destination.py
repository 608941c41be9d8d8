"""Set up a category of GitHub Discussions as a destination, from weekly.toml and the environment."""

from __future__ import annotations

from weekly.config.project import external_id_prefix
from weekly.gather.github.client import Access, GitHubClient
from weekly.publish.base import Destination, Records, Request
from weekly.publish.discussions.api import Discussions
from weekly.publish.discussions.markdown import adapt
from weekly.publish.discussions.target import Category
from weekly.publish.record import FOLDER, load_publication


def discussions(request: Request) -> Destination | None:
    """Publish in the repository and category of weekly.toml."""
    config = request.config.discussions
    if config is None or request.to is not None or request.is_trial:
        return None
    folder = request.root / FOLDER / "discussions"
    known = load_publication(folder, request.week)
    name, repo = request.config.project.name, request.config.repositories[0].repo
    prefix = config.mark_prefix or external_id_prefix(name, repo)
    ids = (known.external_id if known else "", f"{prefix}{request.week}")
    client = GitHubClient(request.session, Access.of(request.environment))
    return Destination(
        target=Category(
            Discussions(client, config.repository),
            config.category,
            external_ids=tuple(filter(None, ids)),
            since=request.week.start,
        ),
        records=Records(folder, request.week),
        max_length=config.max_post_length,
        permits_unproven=config.publish_unproven,
        adapt=adapt,
        takes_pictures=False,
    )
