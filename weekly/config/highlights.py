"""Configuration of highlights, thanks and the chart."""

from typing import Annotated, Literal

from msgspec import Meta, field

from weekly.model import Record

ListCap = Annotated[int, Meta(ge=0)] | Annotated[float, Meta(gt=0, lt=1)]


class HighlightRules(Record, frozen=True, kw_only=True):
    """Rules for highlights."""

    most: Annotated[int, Meta(ge=0)] = 12
    """The most highlights for each project. The others stay in Upstream changes."""
    most_improvements: ListCap | None = None
    """The most improvements, as a number or as a share of the project's merged pull requests."""
    most_bugfixes: ListCap | None = None
    """The most bug fixes, as a number or as a share of the project's merged pull requests."""
    internal: Literal["after", "count", "hide"] = "count"
    """Choose how to report changes that only developers notice. 'count' counts them in a closing line, with people's
    housekeeping. 'hide' leaves them out. 'after' lists the large ones last. With 'after', `weekly` needs
    stronger evidence to treat a change as one that users notice."""
    longest: Annotated[int, Meta(ge=0)] = 500
    """The length in characters above which a drafted highlight gets no further sentence."""
    scopes: dict[str, str] = field(default_factory=dict)
    """How readers call a part of the project, such as zfs = 'on ZFS'. A key is a pattern for the scope of a title, for
    a part of it, or for a part of the path that all files share. 'lxd: zfs' is a scope of the repository lxd alone.
    '' leaves the part out. A '?' at the end adds the phrase to short sentences only, and only where they name no
    place. Without any phrase here, sentences name the scopes of titles as they are written, or
    the only plugin whose files change."""
    modules: tuple[str, ...] = ("plugins/*", "modules/*")
    """Patterns for files whose names users know, such as the modules of a collection."""
    extensions: tuple[str, ...] = ()
    """Patterns for files that list the project's extensions, such as doc/api-extensions.md. What a pull request adds to
    them becomes its sentence, which also names its new options ('```{config:option}')."""
    links: Literal["none", "number", "title"] = "none"
    """Whether a highlight ends with links to its pull requests, by number or with their titles."""
    explain: Annotated[int, Meta(ge=0, le=4)] = 3
    """The most sentences from the description that follow the sentence from the title."""
    commands: tuple[str, ...] = ()
    """The project's command-line tools. Their commands in titles, such as 'lxc config trust', are shown as code. If a
    title names only a subcommand, such as 'image list', and its file changes, such as lxc/image.go, `weekly` adds the
    first tool."""
    names: tuple[str, ...] = ()
    """Further names in their correct spelling. They get their capitals and are never shown as code."""
    fold_dependencies: bool = False
    """Show all updates of dependencies in one line after the improvements."""

    @property
    def names_parts(self) -> bool:
        """Return whether a scope has a phrase. Scopes without one are left out then."""
        return any(self.scopes.values())


class ThanksRules(Record, frozen=True, kw_only=True):
    """Thanks to contributors. Bots are never thanked."""

    show: bool = False
    """End the introduction with thanks to the week's contributors."""
    reporters: bool = False
    """Thank those who reported the issues that the week's changes resolve, if they aren't contributors of the week or
    maintainers who merged. Clones and REST don't know them."""


class TrendConfig(Record, frozen=True, kw_only=True):
    """The chart of the pull requests merged each week."""

    show: bool = False
    """Show a chart of the pull requests merged in each archived week, up to a year, under Upstream changes. Needs the
    extra `trend` (Pillow) and four archived weeks."""
