"""Which repositories are read from local clones, and where those are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from weekly.cli.world import Site, World
from weekly.errors import ConfigError, GivenError

if TYPE_CHECKING:
    from weekly.config import RepositoryConfig
    from weekly.sources.git.clones import Clone, Clones


def clones_of(site: Site, world: World, folder: Path | None) -> tuple[Clones, tuple[str, ...]]:
    """The clones, and whose they are: all repositories' with --clones, else of those that weekly.toml gives one."""
    from weekly.sources.git.clones import SITE, Clones

    if folder is not None and not (world.folder / folder).is_dir():
        raise GivenError(f"--clones {folder}: no such folder; name the one that the clones are in")
    within = None if folder is None else world.folder / folder
    found = {
        str(repository.repo): _clone(repository, site.root, within)
        for repository in site.config.repositories
        if within is not None or repository.clone
    }
    server = (world.get("GITHUB_SERVER_URL") or SITE).rstrip("/")
    return Clones(found, environment=world.environment, site=server), tuple(found)


def _clone(repository: RepositoryConfig, root: Path, within: Path | None) -> Clone:
    """The clone in the folder that was named; where it has none, or none was named, weekly.toml's."""
    from weekly.sources.git.clones import Clone

    owner, _, name = repository.repo.partition("/")
    places = [f"{owner}/{name}", f"{owner}+{name}", name]
    found = [path for place in places for path in _spelt(within, place)] if within is not None else []
    if repository.clone:
        found.append(root / _expanded(repository))
    hint = f"clone it there, as {', '.join(places)}" if within is not None else "correct clone in weekly.toml"
    chosen = next((path for path in found if path.is_dir()), found[0])
    return Clone(folder=chosen, patterns=repository.branches, hint=hint)


def _expanded(repository: RepositoryConfig) -> Path:
    try:
        return Path(repository.clone).expanduser()
    except RuntimeError as error:
        place = f"weekly.toml: repositories ({repository.repo}): clone: {repository.clone}"
        raise ConfigError(f"{place}: no home folder is known for it; write the path out") from error


def _spelt(within: Path, place: str) -> tuple[Path, ...]:
    return within / place, within / f"{place}.git"
