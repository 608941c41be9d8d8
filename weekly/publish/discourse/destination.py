"""Set up the forum as a destination, from weekly.toml and the environment."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from weekly.config import Config
from weekly.config.delivery import ForumConfig, TrialConfig
from weekly.config.limits import assumed
from weekly.errors import ConfigError
from weekly.publish.base import Destination, Records, Request
from weekly.publish.discourse.client import Access, Client
from weekly.publish.discourse.ownership import Location
from weekly.publish.discourse.target import ForumTarget
from weekly.publish.record import FOLDER, load_publication

_TELLS_WEEKS = re.compile(r"\{(?:number|span|monday)\b")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")


def forum_destination(request: Request) -> Destination | None:
    """Return the forum of weekly.toml or DISCOURSE_URL, None without [forum] or with --to.

    A trial has a place and records of its own.
    """
    config = request.config.forum
    if config is None or request.options.to is not None:
        return None
    access = Access(
        url=request.get("DISCOURSE_URL") or config.url,
        key=request.get("DISCOURSE_API_KEY"),
        user=request.get("DISCOURSE_API_USERNAME"),
    )
    _check_secure(access, is_permitted=config.insecure)
    folder = request.root / FOLDER / "trial" if request.options.trial else request.root / FOLDER
    client = Client(request.session, access)
    return Destination(
        target=ForumTarget(client, _place(request, config, folder, access.user), assumed(request.config)),
        records=Records(folder, request.week),
        max_length=config.max_post_length,
        permits_unproven=config.publish_unproven,
    )


def _place(request: Request, config: ForumConfig, folder: Path, user: str | None) -> Location:
    """Return the week's place. The record's external id comes before that of a changed prefix."""
    if request.options.trial and config.trial is None:
        raise ConfigError("weekly.toml: has no [forum.trial]; add one with the category or recipients of trials")
    where = config.trial if request.options.trial and config.trial else config
    known = load_publication(folder, request.week)
    prefix = f"{config.external_id_prefix[:34]}trial-" if request.options.trial else config.external_id_prefix
    ids = (known.external_id if known else "", f"{prefix}{request.week}")
    return Location(
        folder=folder,
        week=request.week,
        external_ids=tuple(dict.fromkeys(filter(None, ids))),
        user=user,
        category=where.category,
        tags=() if request.options.trial else config.tags,
        recipients=where.recipients if isinstance(where, TrialConfig) else (),
        topic=request.options.topic,
        is_titled=_are_titles_unique(request.config),
    )


def _are_titles_unique(config: Config) -> bool:
    """Tell whether a title is one week's and one project's. A number hardly is two projects'."""
    title, name = config.series.title, config.project.name
    is_project = "{number" in title or "{name" in title or name.casefold() in title.casefold()
    return bool(_TELLS_WEEKS.search(title)) and is_project


def _check_secure(access: Access, *, is_permitted: bool) -> None:
    parts = urlsplit(access.url)
    if parts.scheme == "http" and not is_permitted and not _LOOPBACK.fullmatch(parts.hostname or ""):
        raise ConfigError(
            f"{access.url}: sends the key in the clear; give the forum's https address, or set forum.insecure = true"
        )
