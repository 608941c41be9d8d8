"""Build the section of the images that a server added or removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weekly.compose.result import SectionResult, WeekFacts, archived_source
from weekly.config.sections import IndexConfig
from weekly.model import Block, Image
from weekly.text.markdown import normalise, stripped

MOST_LISTED = 50


def index(config: IndexConfig, facts: WeekFacts) -> SectionResult:
    """Return the section, none where no earlier week is known."""
    snapshot = facts.snapshot
    archived, problems = archived_source(snapshot.indexes, config.url, snapshot, required=config.required)
    if archived is None or archived.since is None:
        return SectionResult(problems=problems)
    lines = [*_lines("Added", archived.added), *_lines("Removed", archived.removed)]
    listed, rest = lines[:MOST_LISTED], lines[MOST_LISTED:]
    section = Block(
        heading=config.heading,
        level=config.level,
        text=stripped(config.text),
        entries=(*listed, *([f"… and {len(rest):,} more"] if rest else [])),
        is_list=True,
    )
    return SectionResult(
        sections=(section,), problems=problems, left_out=tuple(f"{line}: past the {MOST_LISTED} lines" for line in rest)
    )


def _lines(verb: str, images: Sequence[Image]) -> Iterator[str]:
    """Yield a line for each image. A variant is named unless the default changed for the same architectures."""
    defaults = {(image.os, image.release, image.archs) for image in images if image.variant == "default"}
    for image in images:
        is_default = image.variant == "default"
        if is_default or (image.os, image.release, image.archs) not in defaults:
            variant = "" if is_default else f" {image.variant}"
            yield normalise(f"{verb} {image.name}{variant} ({', '.join(image.archs)})")
