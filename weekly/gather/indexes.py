"""Read which images a simplestreams server offers, and compare them with an earlier week."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, TypeVar

import msgspec

from weekly.config.sections import IndexConfig
from weekly.errors import SourceError
from weekly.gather.base import fault_of, line, noted
from weekly.http.fetch import Session
from weekly.http.retry import FetchError
from weekly.model import Image, IndexWeek, Reach, Snapshot
from weekly.week import Week

Answer = TypeVar("Answer")

INDEX = "streams/v1/index.json"
MOST_FILES, MOST_PRODUCTS = 10, 20_000


class _File(msgspec.Struct):
    path: str
    datatype: str = ""


class _Index(msgspec.Struct):
    index: dict[str, _File]


class _Product(msgspec.Struct):
    os: str
    release: str
    arch: str
    versions: dict[str, Any]
    release_title: str = ""
    variant: str = "default"


class _Products(msgspec.Struct):
    products: dict[str, _Product]


def read(index: IndexConfig, web: Session, weeks: Sequence[Week]) -> tuple[IndexWeek, ...]:
    """Return the images at each week's end. An index shows only the present, so older weeks have none."""
    try:
        images = _images(index.url.removesuffix(INDEX).rstrip("/"), web)
    except SourceError as error:
        problem = fault_of(index.url, error, is_required=index.required)
        return tuple(IndexWeek(source=index.url, reach=Reach.FAILED, problem=problem) for _ in weeks)
    latest = datetime.fromtimestamp(web.now(), UTC) - timedelta(days=7)
    past = noted(index.url, "shows the images of today, not of this week", hint="name the changes in the notes")
    now = IndexWeek(source=index.url, images=images)
    old = IndexWeek(source=index.url, reach=Reach.TOO_SHORT, problem=past)
    return tuple(now if week.end > latest else old for week in weeks)


def compare(snapshot: Snapshot, neighbours: Sequence[Snapshot]) -> Snapshot:
    """Return the snapshot with the changes of its images since the nearest earlier week that has them."""
    earlier = sorted((other for other in neighbours if other.week < snapshot.week), key=lambda other: other.week)
    indexes = tuple(_compared(index, earlier, snapshot.week) for index in snapshot.indexes)
    return msgspec.structs.replace(snapshot, indexes=indexes)


def _compared(index: IndexWeek, earlier: Sequence[Snapshot], week: Week) -> IndexWeek:
    if not index.images:
        return index
    known = [
        (other.week, old) for other in earlier for old in other.indexes if old.source == index.source and old.images
    ]
    if not known:
        what = "is read for the first time, so its changes aren't known yet"
        return msgspec.structs.replace(index, problem=noted(index.source, what))
    since, old = known[-1]
    gap = f"was last read in the week of {since}, so its changes are of more than one week"
    problem = noted(index.source, gap) if since.shifted(1) != week else None
    return msgspec.structs.replace(changed(index, products_of(old.images)), since=since.monday, problem=problem)


def _images(base: str, web: Session) -> tuple[Image, ...]:
    """Return the images of all product files that a server's index names, in their order."""
    files = _decoded(f"{base}/{INDEX}", web, _Index).index.values()
    paths = sorted({file.path for file in files if file.datatype == "image-downloads"})
    if len(paths) > MOST_FILES:
        raise FetchError(f"{base}/{INDEX}: names more than {MOST_FILES} files of images")
    products: list[_Product] = []
    for path in paths:
        if not re.fullmatch(r"(?!/)[\w.:/-]+", path, re.ASCII) or ".." in path or "//" in path:
            raise FetchError(f"{base}/{INDEX}: names {path[:200]!r}, which is no file of its own")
        products += _decoded(f"{base}/{path}", web, _Products).products.values()
    if len(products) > MOST_PRODUCTS:
        raise FetchError(f"{base}: offers more than {MOST_PRODUCTS:,} images")
    images = grouped(map(_image, (product for product in products if product.versions)))
    if not images:
        raise FetchError(f"{base}: offers no images")
    if any(not (image.os and image.release and all(image.archs)) for image in images):
        raise FetchError(f"{base}: offers an image without a name")
    return images


def _image(product: _Product) -> Image:
    title = line(product.release_title)
    return Image(
        os=line(product.os),
        release=line(product.release),
        title="" if title == line(product.release) else title,
        variant=line(product.variant) or "default",
        archs=(line(product.arch),),
    )


def _decoded(url: str, web: Session, kind: type[Answer]) -> Answer:
    """Return a file of the index as a record. FetchError where it isn't the JSON that the format asks for."""
    body = web.fetch(url).body
    try:
        return web.within_time(lambda: msgspec.json.decode(body, type=kind), f"{url}: can't be read")
    except (ValueError, RecursionError) as error:  # msgspec's own error is a ValueError
        raise FetchError(f"{url}: is no file of simplestreams: {line(str(error))}") from error


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
    groups = [list(group) for _, group in groupby(sorted(products, key=_order), key=_order)]
    archs = [sorted({arch for product in group for arch in product.archs}) for group in groups]
    return tuple(msgspec.structs.replace(one[0], archs=tuple(own)) for one, own in zip(groups, archs, strict=True))


def _order(image: Image) -> tuple[Any, ...]:
    """Return the key by which 3.9 comes before 3.22, and the default variant before the others."""
    release = [(not piece.isdigit(), piece.zfill(20), piece) for piece in re.findall(r"[0-9]+|[^0-9]+", image.release)]
    return image.os.casefold(), image.os, release, image.variant != "default", image.variant
