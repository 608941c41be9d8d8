"""Choose GitHub, local clones or both as the source of pull requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from weekly.classify.fragments import patch_patterns
from weekly.config.project import RepositoryConfig
from weekly.console import say
from weekly.errors import ConfigError, GivenError
from weekly.gather.base import Reading, ReadOptions, Span
from weekly.gather.git.clones import Clone, Clones
from weekly.gather.github import graphql, rest
from weekly.gather.github.client import Access, GitHubClient
from weekly.gather.snapshot import Read
from weekly.http.fetch import Session
from weekly.model import Source
from weekly.model.github_urls import SITE
from weekly.pipeline.context import Context, Project


class Forge(NamedTuple):
    """A forge that is read over the network, with its condition and reader."""

    source: Source
    applies: Callable[[Context, GitHubClient], bool]
    reader: Callable[[Context, GitHubClient, ReadOptions], Read]


FORGES = (
    Forge(
        Source.GRAPHQL,
        lambda _, client: bool(client.access.token),
        lambda _, client, options: partial(graphql.read, client, options=options),
    ),
    Forge(Source.REST, lambda *_: True, lambda _, client, __: partial(rest.read, client)),
)
"""Every forge. The first that applies is asked."""


class Backend(NamedTuple):
    """A source of pull requests, its name, how requests run in parallel, and how they are stopped."""

    read: Read
    source: Source
    run_parallel: Callable[..., Iterable[Any]]
    stop: Callable[[], None]


def backend_of(client: GitHubClient, project: Project, context: Context, clones_folder: Path | None) -> Backend:
    """Return the project's backend. Its source is CLONES if every repository has a clone."""
    config = project.config
    options = ReadOptions(
        counts_newcomers=config.thanks.show,
        patch_patterns=(*patch_patterns(config.kinds), *config.highlights.extensions),
    )
    has_patterns = any(repository.is_pattern for repository in config.repositories)
    if clones_folder is not None and has_patterns:
        raise GivenError("--clones: patterns under [[repositories]] need GitHub; name the repositories of the clones")
    if clones_folder is None and not any(repository.clone for repository in project.config.repositories):
        return Backend(*reader_of(context, client, options), client.session.in_parallel, client.session.stop)
    clones, cloned = clones_of(project, context, clones_folder, options)
    remote = [repo for repo in project.config.repos if repo not in cloned]
    if not remote and not has_patterns:
        return Backend(clones.read, Source.CLONES, map, clones.stop)
    read_remote, source = reader_of(context, client, options)

    def read(repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
        remote = [repo for repo in repos if repo not in cloned]
        readings = {reading.repo: reading for reading in (*read_remote(remote, span), *clones.read(cloned, span))}
        return tuple(readings[repo] for repo in repos)

    return Backend(read, source, client.session.in_parallel, clones.stop)


def github_client(context: Context, *, max_wait: float) -> GitHubClient:
    """Return a client with a session of its own for the GitHub that the environment names."""
    return GitHubClient(Session(max_wait=max_wait, say=say, clock=context.clock), Access.of(context.environment))


def reader_of(context: Context, client: GitHubClient, options: ReadOptions | None = None) -> tuple[Read, Source]:
    """Return the reader of the first forge that applies, and its name."""
    forge = next(forge for forge in FORGES if forge.applies(context, client))
    return forge.reader(context, client, options or ReadOptions()), forge.source


def clones_of(
    project: Project, context: Context, folder: Path | None, options: ReadOptions | None = None
) -> tuple[Clones, tuple[str, ...]]:
    """Return the clones and their repositories, all of them with --clones."""
    if folder is not None and not (context.folder / folder).is_dir():
        raise GivenError(f"--clones {folder}: no such folder; give the folder of the clones")
    within = None if folder is None else context.folder / folder
    clones = {
        str(repository.repo): _clone(repository, project.root, within)
        for repository in project.config.repositories
        if within is not None or repository.clone
    }
    server = (context.get("GITHUB_SERVER_URL") or SITE).rstrip("/")
    patterns = (options or ReadOptions()).patch_patterns
    return Clones(clones, environment=context.environment, site=server, patch_patterns=patterns), tuple(clones)


def _clone(repository: RepositoryConfig, root: Path, within: Path | None) -> Clone:
    """Return the clone in the given folder, or else the one that weekly.toml names."""
    owner, _, name = repository.repo.partition("/")
    names = [f"{owner}/{name}", f"{owner}+{name}", name]
    folders = [within / f"{name}{suffix}" for name in names for suffix in ("", ".git")] if within is not None else []
    if repository.clone:
        folders.append(root / _expanded(repository))
    hint = f"clone it there, as {', '.join(names)}" if within is not None else "correct clone in weekly.toml"
    chosen = next((path for path in folders if path.is_dir()), folders[0])
    return Clone(folder=chosen, patterns=repository.branches, hint=hint)


def _expanded(repository: RepositoryConfig) -> Path:
    try:
        return Path(repository.clone).expanduser()
    except RuntimeError as error:
        key = f"weekly.toml: repositories ({repository.repo}): clone: {repository.clone}"
        raise ConfigError(f"{key}: no home folder is known for it; write the path out") from error
