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
from weekly.pipeline.context import Context, Project

Forge = Callable[[Context, GitHubClient, ReadOptions], tuple[Read, Source] | None]


def _graphql(_: Context, client: GitHubClient, options: ReadOptions) -> tuple[Read, Source] | None:
    """Read by GraphQL, which needs a token."""
    return (partial(graphql.read, client, options=options), Source.GRAPHQL) if client.access.token else None


FORGES: tuple[Forge, ...] = (_graphql, lambda _, client, __: (partial(rest.read, client), Source.REST))
"""Every forge that is read over the network. The first that returns a reader is asked."""


class Backend(NamedTuple):
    """A source of pull requests, its name, and how requests run in parallel."""

    read: Read
    source: Source
    run_parallel: Callable[..., Iterable[Any]]


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
    if clones_folder is None and not any(repository.clone for repository in config.repositories):
        return Backend(*reader_of(context, client, options), client.session.in_parallel)
    clones = clones_of(project, context, clones_folder, options)
    client.session.at_stop.append(clones.running.stop)
    cloned = tuple(clones.clones)
    if not has_patterns and all(repo in cloned for repo in config.repos):
        return Backend(clones.read, Source.CLONES, map)
    read_remote, source = reader_of(context, client, options)

    def read(repos: Sequence[str], span: Span) -> tuple[Reading, ...]:
        remote = [repo for repo in repos if repo not in cloned]
        readings = {reading.repo: reading for reading in (*read_remote(remote, span), *clones.read(cloned, span))}
        return tuple(readings[repo] for repo in repos)

    return Backend(read, source, client.session.in_parallel)


def github_client(context: Context, *, max_wait: float) -> GitHubClient:
    """Return a client with a session of its own for the GitHub that the environment names."""
    return GitHubClient(Session(max_wait=max_wait, say=say, clock=context.clock), Access.of(context.environment))


def reader_of(context: Context, client: GitHubClient, options: ReadOptions) -> tuple[Read, Source]:
    """Return the reader of the first forge that applies, and its name."""
    return next(reader for forge in FORGES if (reader := forge(context, client, options)))


def clones_of(project: Project, context: Context, folder: Path | None, options: ReadOptions) -> Clones:
    """Return the clones, which are those of all repositories with --clones."""
    within = None if folder is None else context.folder / folder
    if within is not None and not within.is_dir():
        raise GivenError(f"--clones {folder}: no such folder; give the folder of the clones")
    clones = {
        str(repository.repo): _clone(repository, project.root, within)
        for repository in project.config.repositories
        if within is not None or repository.clone
    }
    return Clones(clones, environment=context.environment, site=context.site, patch_patterns=options.patch_patterns)


def _clone(repository: RepositoryConfig, root: Path, within: Path | None) -> Clone:
    """Return the clone in the given folder, or else the one that weekly.toml names."""
    owner, _, name = repository.repo.partition("/")
    names = [f"{owner}/{name}", f"{owner}+{name}", name]
    folders = [within / f"{name}{suffix}" for name in names for suffix in ("", ".git")] if within is not None else []
    if repository.clone:
        try:
            folders.append(root / Path(repository.clone).expanduser())
        except RuntimeError as error:
            key = f"weekly.toml: repositories ({repository.repo}): clone: {repository.clone}"
            raise ConfigError(f"{key}: no home folder is known for it; write the path out") from error
    hint = f"clone it there, as {', '.join(names)}" if within is not None else "correct clone in weekly.toml"
    chosen = next((path for path in folders if path.is_dir()), folders[0])
    return Clone(folder=chosen, patterns=repository.branches, hint=hint)
