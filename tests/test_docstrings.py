"""Docstrings begin with a verb and say one thing, and public names come from the glossary."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "weekly"
QUESTIONS = frozenset(["what", "where", "whose", "which", "whether", "how", "who"])
BANNED = frozenset(
    [
        "told",
        "said",
        "beside",
        "aside",
        "outside",
        "way",
        "turn",
        "kept",
        "heard",
        "meant",
        "made",
        "place",
        "one",
        "found",
    ]
)
MOST_WITH_COLONS = 0.08
"""The share of first lines with a colon or semicolon."""

CODE = re.compile(r"`[^`]*`|\"[^\"]*\"")
"""Code and quoted text, whose colons don't count."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Docstring(NamedTuple):
    """A first line, and the definition that it belongs to."""

    name: str
    line: str

    @property
    def first_word(self) -> str:
        """The first word in lower case."""
        return re.split(r"[\s,.:;]", self.line, maxsplit=1)[0].lower()


def packages() -> list[str]:
    paths = PACKAGE.iterdir()
    return sorted(path.stem for path in paths if path.suffix == ".py" or any(path.glob("*.py")))


@cache
def definitions(package: str) -> tuple[tuple[str, ast.Module | Definition], ...]:
    """The modules, classes and functions of a package, each with its full name."""
    path = PACKAGE / package
    found: list[tuple[str, ast.Module | Definition]] = []
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]:
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found.append((module, tree))
        found += [(f"{module}.{node.name}", node) for node in ast.walk(tree) if isinstance(node, Definition)]
    return tuple(found)


def docstrings(package: str) -> Iterator[Docstring]:
    for name, node in definitions(package):
        if text := ast.get_docstring(node):
            yield Docstring(name, text.splitlines()[0])


def words(name: str) -> set[str]:
    """Return the words of a name in snake or camel case."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def public_names(package: str) -> Iterator[str]:
    for name, _ in definitions(package):
        yield name.rpartition(".")[2]


@pytest.mark.parametrize("package", packages())
def test_docstrings_do_not_begin_with_a_question_word(package: str) -> None:
    assert [f"{line.name}: {line.line}" for line in docstrings(package) if line.first_word in QUESTIONS] == []


@pytest.mark.parametrize("package", packages())
def test_public_names_avoid_the_banned_words(package: str) -> None:
    names = {name for name in public_names(package) if not name.startswith("_")}
    assert sorted(name for name in names if words(name) & BANNED) == []


@pytest.mark.parametrize("folder", ["weekly", "benchmarks", "examples", "tests"])
def test_names_of_values_are_plain_words(folder: str) -> None:
    """Protects variables and arguments too: "message" and "output" describe a value, "told" doesn't."""
    names = {
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
        for path in (ROOT / folder).rglob("*.py")
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
        if token.type == tokenize.NAME and words(token.string) & {"told", "said", "beside"}
    }
    assert sorted(names) == []


def test_few_first_lines_have_a_colon() -> None:
    lines = [line for package in packages() for line in docstrings(package)]
    with_colons = [f"{line.name}: {line.line}" for line in lines if re.search("[:;]", CODE.sub("", line.line))]
    assert len(with_colons) <= MOST_WITH_COLONS * len(lines), "\n".join(with_colons)


def test_d401_is_on_for_every_package() -> None:
    """Protects the other half of the rule: ruff checks that functions begin with an imperative."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert not re.search(r'^"weekly/.*"D401"', pyproject, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("told_well", True), ("FoundThing", True), ("is_made", True), ("placement", False), ("HTTPError", False), ("wayside", False)],
)  # fmt: skip
def test_a_banned_word_is_recognised(name: str, expected: bool) -> None:
    """Protects the check itself."""
    assert bool(words(name) & BANNED) is expected
