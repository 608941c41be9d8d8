"""Find the kind that labels stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from weekly.config.rules import LabelRules
from weekly.model import Kind
from weekly.text.patterns import lazy_pattern

_NAMESPACE = lazy_pattern(
    r"^(?:kind|type|category|c|t|k|pr|pr type|issue type|changelog|change ?log|release notes?|change|impact|tag)[/-](?=\w)"
)
_SHORTCODE = lazy_pattern(r":[a-z][a-z0-9_]+:")
_NOT_TEXT = lazy_pattern(r"[^\w\s:/.&+#*?!'’()-]+")
_BRACKETED = lazy_pattern(r"^\[([^\[\]]+)\]\s*(?=\S)")


def kind_of_labels(labels: Iterable[str], rules: LabelRules) -> tuple[Kind, str] | None:
    """Return the kind that labels give, and the label. Contradicting labels give none."""
    found: dict[Kind, str] = {}
    for label in sorted(labels):
        if kind := _kind_of_label(label, rules):
            found.setdefault(kind, label)
    if Kind.IMPROVEMENT in found and Kind.BUGFIX in found:
        return None
    return next(((kind, found[kind]) for kind in Kind if kind in found), None)


def matching_label(labels: Iterable[str], patterns: tuple[str, ...]) -> str | None:
    """Return the first label that one of the patterns matches."""
    return next((label for label in sorted(labels) if _is_named(label, patterns) or _fits(label, patterns)), None)


@lru_cache(maxsize=1000)  # a project has few labels
def _kind_of_label(label: str, rules: LabelRules) -> Kind | None:
    """Return a label's kind. Exact names take precedence over patterns."""
    for matches in (_is_named, _fits):
        for kind in Kind:
            if matches(label, rules.patterns(kind)):
                return kind
    return None


def _is_named(label: str, names: tuple[str, ...]) -> bool:
    if label.strip().lower() in (name.strip().lower() for name in names):
        return True
    spellings = _spellings(label)
    return any(canonical(name) in spellings for name in names if "*" not in name)


def _fits(label: str, patterns: tuple[str, ...]) -> bool:
    name = canonical(label)
    return any(
        fnmatchcase(name, canonical(pattern).replace("[", "[[]")) for pattern in patterns if set("*?") & set(pattern)
    )


@lru_cache(maxsize=1000)
def _spellings(label: str) -> frozenset[str]:
    """Return a label's names with its namespace, and without it where the default names allow that."""
    name = canonical(label)
    if match := _NAMESPACE.match(name):
        return frozenset((name, f"type/{name[match.end() :]}", name[match.end() :]))
    return frozenset((name,))


@lru_cache(maxsize=1000)
def canonical(label: str) -> str:
    """Normalize `Kind/Bug`, `kind: bug`, `[Kind] Bug`, `🐛 bug-fix` and the like to one spelling."""
    name = _BRACKETED.sub(r"\1/", label.strip().lower())
    name = _NOT_TEXT.sub(" ", _SHORTCODE.sub(" ", name))
    name = re.sub(r"\s*[:/]+\s*", "/", name).strip(" /")
    namespace, slash, rest = name.rpartition("/")
    words = re.sub(r"[\s_-]+", " ", rest).strip()
    if not slash and re.match(r"[ctk]-", name):
        return f"{name[0]}-{words[2:]}"
    return "/".join((re.sub(r"[\s_-]+", " ", namespace), words)) if slash else words
