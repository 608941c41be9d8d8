"""Compare the images that a server offers at the ends of weeks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from weekly.model import Image, IndexWeek


def joined(weeks: Sequence[IndexWeek]) -> IndexWeek:
    """Return the changes of one index over several weeks, without what came and went in between."""
    known = [week for week in weeks if week.since]
    if not known:
        return weeks[-1]
    first, problem = known[0], next((week.problem for week in weeks if week.problem), None)
    new = products_of(first.added)
    before = {key: image for key, image in products_of(first.images).items() if key not in new}
    last = changed(known[-1], before | products_of(first.removed))
    return msgspec.structs.replace(last, since=first.since, problem=problem)


def changed(index: IndexWeek, before: Mapping[tuple[str, ...], Image]) -> IndexWeek:
    """Return the index with the changes of its images since earlier ones."""
    after = products_of(index.images)
    added = grouped(product for key, product in after.items() if key not in before)
    removed = grouped(product for key, product in before.items() if key not in after)
    return msgspec.structs.replace(index, added=added, removed=removed)


def products_of(images: Iterable[Image]) -> dict[tuple[str, ...], Image]:
    """Return each product by os, release, variant and architecture."""
    return {
        (image.os, image.release, image.variant, arch): msgspec.structs.replace(image, archs=(arch,))
        for image in images
        for arch in image.archs
    }


def grouped(products: Iterable[Image]) -> tuple[Image, ...]:
    """Return images that join the architectures of products, in the order of their names."""
    groups: dict[tuple[str, ...], Image] = {}
    archs: dict[tuple[str, ...], set[str]] = {}
    for product in products:
        key = (product.os, product.release, product.variant)
        groups.setdefault(key, product)
        archs.setdefault(key, set()).update(product.archs)
    images = (msgspec.structs.replace(image, archs=tuple(sorted(archs[key]))) for key, image in groups.items())
    return tuple(sorted(images, key=_order))


def _order(image: Image) -> tuple[Any, ...]:
    """Return the key by which 3.9 comes before 3.22, and the default variant before the others."""
    release = [(not piece.isdigit(), piece.zfill(20), piece) for piece in re.findall(r"[0-9]+|[^0-9]+", image.release)]
    return image.os.casefold(), image.os, release, image.variant != "default", image.variant
