"""Configuration of highlights and thanks."""

from typing import Annotated, Literal

from msgspec import Meta, field

from weekly.model import Record

ListCap = Annotated[int, Meta(ge=0)] | Annotated[float, Meta(gt=0, lt=1)]


class HighlightRules(Record, frozen=True, kw_only=True):
    """Rules for highlights."""

    most: Annotated[
        int, Meta(description="The most highlights for each project. The others stay in Upstream changes.", ge=0)
    ] = 12
    most_improvements: Annotated[
        ListCap | None,
        Meta(description="The most improvements, as a number or as a share of the project's merged pull requests."),
    ] = None
    most_bugfixes: Annotated[
        ListCap | None,
        Meta(description="The most bug fixes, as a number or as a share of the project's merged pull requests."),
    ] = None
    internal: Annotated[
        Literal["after", "count", "hide"],
        Meta(
            description="Where to show changes that only developers notice: 'after' lists large ones last, 'count' "
            "counts them in a closing line, 'hide' leaves them out."
        ),
    ] = "count"
    longest: Annotated[
        int,
        Meta(description="The length in characters above which a drafted highlight gets no further sentence.", ge=0),
    ] = 500
    scopes: Annotated[
        dict[str, str],
        Meta(
            description="How readers call a part of the project, such as zfs = 'on ZFS'. A key is a pattern for the scope of "
            "a title, for a part of it, or for a part of the path that all files share. '' leaves the part out. A '?' at the "
            "end adds the phrase to short sentences only, and only where they name no place."
        ),
    ] = field(default_factory=dict)
    modules: Annotated[
        tuple[str, ...],
        Meta(description="Patterns for files whose names users know, such as the modules of a collection."),
    ] = ("plugins/*", "modules/*")
    extensions: Annotated[
        tuple[str, ...],
        Meta(
            description="Patterns for files that list the project's extensions, such as doc/api-extensions.md. What a pull "
            "request adds to them becomes its sentence. `weekly draft` names new options ('```{config:option}')."
        ),
    ] = ()
    links: Annotated[
        Literal["none", "number", "title"],
        Meta(description="Whether a highlight ends with links to its pull requests, by number or with their titles."),
    ] = "none"
    explain: Annotated[
        int,
        Meta(
            description="The most sentences from the description that follow the sentence from the title.", ge=0, le=4
        ),
    ] = 3
    commands: Annotated[
        tuple[str, ...],
        Meta(
            description="The project's command-line tools. Their commands in titles, such as 'lxc config trust', are shown as "
            "code."
        ),
    ] = ()
    names: Annotated[
        tuple[str, ...],
        Meta(
            description="Further names in their correct spelling. They get their capitals and are never shown as code."
        ),
    ] = ()
    fold_dependencies: Annotated[
        bool, Meta(description="Show all updates of dependencies in one line after the improvements.")
    ] = False


class ThanksRules(Record, frozen=True, kw_only=True):
    """Thanks to contributors. Bots are never thanked."""

    show: Annotated[bool, Meta(description="End the introduction with thanks to the week's contributors.")] = False
