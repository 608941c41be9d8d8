"""Find a category of the forum by its name, path, slug, number or address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

import msgspec

from weekly.errors import ForumError
from weekly.publish.discourse.api import Category, categories_of
from weekly.publish.discourse.client import Client

MAX_REQUESTS = 60
"""A forum with more categories than these pages hold needs the category's number in weekly.toml."""
_ADDRESS = re.compile(r"(?:https?://[^/]+)?/c/(?:[^/]+/)*?(?P<number>\d+)(?:[/?#].*)?")


class Categories:
    """The forum's categories by their numbers, read as far as needed."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[int, Category] = {}
        self._requests = 0

    def number_of(self, wanted: str | int) -> int:
        """Return the number of a category. ForumError says why none is the one."""
        if isinstance(wanted, int):
            return wanted
        if match := _ADDRESS.fullmatch(wanted.strip()):
            return int(match["number"])
        numbers = next((numbers for _ in self._levels() if (numbers := self._named(wanted))), [])
        if len(numbers) == 1:
            return numbers[0]
        if not numbers and wanted.strip().isdigit():
            return int(wanted)
        url = f"{self._client.access.base}/categories.json"
        if numbers:
            listed = " or ".join(map(str, numbers))
            raise ForumError(f"{url}: {len(numbers)} categories are called {wanted!r}; give forum.category = {listed}")
        raise ForumError(
            f"{url}: has no category {wanted!r} that this key may see; correct forum.category, or give its number or address"
        )

    def _named(self, wanted: str) -> list[int]:
        """Return the numbers of the categories with a name, a slug, or a path of names or slugs."""
        path = unquote(urlsplit(wanted).path if "://" in wanted else wanted).casefold()
        steps = [step.strip() for step in path.removeprefix("/c/").strip("/").split("/")]
        return sorted(
            number
            for number, category in self._known.items()
            if path.strip() in _names(category) or self._is_at(category, steps)  # a name may have a slash in it
        )

    def _is_at(self, category: Category | None, steps: list[str]) -> bool:
        """Tell whether a category and those above it have the names or slugs of a path."""
        for step in reversed(steps):
            if category is None or step not in _names(category):
                return False
            category = self._known.get(category.parent_category_id or 0)
        return True

    def _levels(self) -> Iterator[None]:
        """Read all pages, then below those categories whose children are missing. Yield after each step."""
        page = 1
        while self._add({"page": str(page)} if page > 1 else {}):
            page += 1
        yield
        asked: set[int] = set()
        while parents := {number for number, one in self._known.items() if _lacks_children(one)} - asked:
            asked |= parents
            for parent in sorted(parents):
                self._add({"parent_category_id": str(parent)})
            yield

    def _add(self, query: Mapping[str, str]) -> bool:
        """Read one page. Return True where it has a category that wasn't known."""
        if self._requests >= MAX_REQUESTS:
            return False
        self._requests += 1
        before = len(self._known)
        listed = categories_of(self._client, {"include_subcategories": "true", **query})
        self._known |= {category.id: category for category in _flattened(listed)}
        return len(self._known) > before


def _names(category: Category) -> tuple[str, str]:
    return category.name.casefold(), category.slug.casefold()


def _lacks_children(category: Category) -> bool:
    return not category.subcategory_list and bool(category.has_children or category.subcategory_ids)


def _flattened(categories: Iterable[Category], parent: int | None = None) -> Iterator[Category]:
    """Yield categories and all below them, each with its parent."""
    for category in categories:
        yield msgspec.structs.replace(category, parent_category_id=category.parent_category_id or parent)
        yield from _flattened(category.subcategory_list or (), category.id)
