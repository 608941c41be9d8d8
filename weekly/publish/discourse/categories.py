"""Find a category of the forum by its name, path, slug, number or address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from weekly.errors import ForumError
from weekly.http.messages import Reply
from weekly.model import Record
from weekly.publish.discourse.client import Client

MAX_REQUESTS = 60
"""A forum with more categories than these pages hold needs the category's number in weekly.toml."""
_ADDRESS = re.compile(r"(?:https?://[^/]+)?/c/(?:[^/]+/)*?(?P<number>\d+)(?:[/?#].*)?")


class _Category(Record, frozen=True, kw_only=True):
    """A category's number, parent, and name and slug in lower case."""

    number: int
    parent: int | None
    name: str
    slug: str
    has_more: bool = False


class Categories:
    """The forum's categories, read as far as needed."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[int, _Category] = {}
        self._requests = 0

    def number_of(self, wanted: str | int) -> int:
        """Return the number of a category. ForumError says why none is the one."""
        if isinstance(wanted, int):
            return wanted
        if match := _ADDRESS.fullmatch(wanted.strip()):
            return int(match["number"])
        numbers: list[int] = []
        for _ in self._read():
            numbers = sorted(number for number in self._known if self._is_named(number, wanted))
            if numbers:
                break
        if not numbers and wanted.strip().isdigit():
            return int(wanted)
        return self._only(numbers, wanted)

    def _only(self, numbers: list[int], wanted: str) -> int:
        url = f"{self._client.access.base}/categories.json"
        if len(numbers) == 1:
            return numbers[0]
        if numbers:
            listed = " or ".join(map(str, numbers))
            raise ForumError(f"{url}: {len(numbers)} categories are called {wanted!r}; give forum.category = {listed}")
        raise ForumError(
            f"{url}: has no category {wanted!r} that this key may see; correct forum.category, or give its number or address"
        )

    def _is_named(self, number: int, wanted: str) -> bool:
        """Tell whether a category has this name or slug, or this path of names or slugs."""
        path = unquote(urlsplit(wanted).path if "://" in wanted else wanted).casefold()
        steps = [step.strip() for step in path.removeprefix("/c/").strip("/").split("/")]
        category = self._known[number]
        if path.strip() in (category.name, category.slug):
            return True  # a name may have a slash in it
        current: _Category | None = category
        for step in reversed(steps):
            if current is None or step not in (current.name, current.slug):
                return False
            current = self._known.get(current.parent) if current.parent is not None else None
        return True

    def _read(self) -> Iterable[None]:
        """Read all pages, then below those categories whose children are missing. Yield after each step."""
        page = 1
        while self._add({"include_subcategories": "true"} | ({"page": str(page)} if page > 1 else {})):
            page += 1
        yield
        asked: set[int] = set()
        while parents := [one.number for one in self._known.values() if one.has_more and one.number not in asked]:
            for parent in parents:
                asked.add(parent)
                self._add({"include_subcategories": "true", "parent_category_id": str(parent)})
            yield

    def _add(self, query: Mapping[str, str]) -> bool:
        """Read one page. Return True where it has a category that wasn't known."""
        if self._requests >= MAX_REQUESTS:
            return False
        self._requests += 1
        before = len(self._known)
        for category in _flattened(_listed(self._client.get("/categories.json", query))):
            self._known[category.number] = category
        return len(self._known) > before


def _listed(reply: Reply) -> list[Any]:
    data = reply.data
    for key in ("category_list", "categories"):
        data = data.get(key) if isinstance(data, dict) else None
    if reply.status != 200 or not isinstance(data, list):
        raise ForumError(
            f"{reply.url}: answered {reply.status} and no list of categories; give forum.category as a number"
        )
    return data


def _flattened(items: Iterable[Any], parent: int | None = None) -> Iterable[_Category]:
    for item in items:
        if not isinstance(item, dict) or not isinstance(number := item.get("id"), int):
            continue
        above = item.get("parent_category_id")
        below = item.get("subcategory_list") or ()
        yield _Category(
            number=number,
            parent=above if isinstance(above, int) else parent,
            name=str(item.get("name", "")).casefold(),
            slug=str(item.get("slug", "")).casefold(),
            has_more=not below and bool(item.get("has_children") or item.get("subcategory_ids")),
        )
        yield from _flattened(below, number)
