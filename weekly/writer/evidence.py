"""Index the facts of a highlight for the checker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from weekly.text.vocabulary import phrase_set, word_list
from weekly.writer.document import Fact
from weekly.writer.tokens import Token, TokenKind, parts, stem, tokens


class Evidence:
    """The facts of one highlight, as text, stems, groups of synonyms, numbers and addresses."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = facts
        self.text = " \n ".join(
            f"{plain(fact.text)} \n {fact.source.replace('/', ' ')} {fact.source} {_expanded(fact.text)}"
            for fact in facts
        )
        self.low = self.text.lower()
        self.prose = " \n ".join(
            fact.text for fact in facts if not fact.source.startswith(("files", "address", "author", "reporter"))
        )
        self.tokens: list[Token] = [token for fact in facts for token in [*all_tokens(fact.text), _BREAK]]
        self.stems = stems_of(self.tokens)
        prose = [
            token for fact in facts if not fact.source.startswith("files") for token in [*all_tokens(fact.text), _BREAK]
        ]
        self.prose_stems = stems_of(prose)
        self.groups = groups_of(self.prose_stems)
        self.parts = frozenset(part for token in self.tokens for part in parts(token.text))
        self.numbers: dict[str, list[int]] = {}
        for at, token in enumerate(self.tokens):
            for value in number_values(token):
                self.numbers.setdefault(value, []).append(at)
        self._paths = [path for fact in facts if fact.source.startswith("files") for path in fact.text.split()]
        self.path_names = frozenset(name for path in self._paths for name in _path_names(path))
        self.path_stems = frozenset(stem(word) for name in self.path_names for word in parts(name))
        self._places: dict[str | int, list[int]] = {}
        self.addresses = frozenset(
            match.rstrip(".,;:!?)>\"'") for fact in facts for match in _ADDRESS.findall(fact.text)
        )

    @property
    def titles(self) -> list[str]:
        """The titles, also those of commits."""
        return [fact.text for fact in self.facts if fact.source.startswith(("title", "commit"))]

    def has_text(self, text: str, *, case: bool) -> bool:
        """Tell whether a token, a command or a path stands in the facts as a whole."""
        wanted = plain(text)
        before = "" if wanted[:1] == "#" else r"(?<![\w/-])" if wanted[:1] in (".", "-") else r"(?<![\w/-])(?<!\.)"
        after = r"(?![\w@-]|[.:]\w)" if wanted[:1] == "/" else r"(?![\w/@-]|[.:]\w)"
        where = self.text if case else self.low
        pattern = f"{before}{re.escape(wanted if case else wanted.lower())}{after}"
        return bool(wanted) and re.search(pattern, where) is not None

    def has_path(self, text: str) -> bool:
        """Tell whether a path has neighbouring folders: `k6/http` in `js/modules/k6/http/request.go`."""
        return "/" in text and any(f"/{text.strip('/')}/" in f"/{path}/" for path in self._paths)

    def names(self, word: str) -> bool:
        """Tell whether the facts have a word as code, or within a path or an identifier."""
        in_code = any(re.search(rf"`{word}\b", fact.text) for fact in self.facts)
        return in_code or bool(re.search(rf"[_./=:-]{word}\b|\b{word}[_./=:(-]\w", self.text))

    def supports(self, word: str) -> bool:
        """Tell whether the facts say a word in any form, or a synonym of it. Names of files don't say words."""
        root = stem(word)
        return root in self.prose_stems or not synonym_groups(root).isdisjoint(self.groups)

    def places(self, root: str) -> list[int]:
        """Return the tokens that have a stem or a synonym of it."""
        if not self._places:
            for at, token in enumerate(self.tokens):
                for one in stems_of((token,), expands=False):
                    self._places.setdefault(one, []).append(at)
                    for group in synonym_groups(one):
                        self._places.setdefault(group, []).append(at)
        keys: list[str | int] = [root, *synonym_groups(root)]
        return [at for key in keys for at in self._places.get(key, ())]

    def quotes(self, quote: str) -> bool:
        """Tell whether a piece is an exact quote of one fact, but for its blanks and code marks."""
        wanted = plain(quote)
        return len(wanted) > 2 and any(wanted in plain(fact.text) for fact in self.facts)


_BREAK = Token(".", TokenKind.END)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]]+")


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Return text on one line without code marks."""
    return " ".join(_MARKS.sub(" ", text).split())


def _path_names(path: str) -> Iterator[str]:
    """Yield the folders and the file of a path, the file also without its endings."""
    for name in path.split("/"):
        yield name
        yield name.partition(".")[0]


_MARKS = re.compile(r"[`*|]")
_BRACES = re.compile(r"([\w./-]*)\{([\w.-]+(?:,[\w.-]+)+)\}([\w./-]*)")


def _expanded(text: str) -> str:
    """Return what braces stand for, as `a.{b,c}` does for `a.b` and `a.c`."""
    found = (f"{before}{one}{after}" for before, inner, after in _BRACES.findall(text) for one in inner.split(","))
    return " ".join(found)


def all_tokens(text: str) -> list[Token]:
    """Return the tokens of a fact, with what its code spans have."""
    return [
        Token(token.text, TokenKind.NAME) if token.kind is TokenKind.CODE else token
        for token in tokens(text.replace("`", " "))
    ]


def stems_of(found: Iterable[Token], *, expands: bool = True) -> frozenset[str]:
    """Return the stems of all words, also of those within identifiers, and of what initials stand for."""
    stems: set[str] = set()
    for token in found:
        stems |= _stems(token)
    for initials, words in _expansions().items() if expands else ():
        if initials in stems or initials + "s" in stems:
            stems.update(words)
        elif words <= stems:
            stems.add(initials)
    return frozenset(stems)


@lru_cache(maxsize=50_000)
def _stems(token: Token) -> frozenset[str]:
    if token.kind is TokenKind.END:
        return frozenset()
    is_word = token.kind is TokenKind.WORD
    return frozenset({stem(part) for part in parts(token.text)} | {stem(token.low) if is_word else token.low})


@cache
def _expansions() -> dict[str, frozenset[str]]:
    """Return the stems that initials stand for."""
    found = (phrase.split() for phrase in phrase_set("claim_initials"))
    return {first: frozenset(map(stem, rest)) for first, *rest in found}


@cache
def _groups() -> dict[str, frozenset[int]]:
    """Return the groups of synonyms that each stem is in."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(sorted(phrase_set("claim_synonyms"))):
        for word in group.split():
            found.setdefault(stem(word), set()).add(number)
    return {root: frozenset(numbers) for root, numbers in found.items()}


def synonym_groups(root: str) -> frozenset[int]:
    """Return the groups of synonyms of a stem."""
    return _groups().get(root, frozenset())


def groups_of(stems: Iterable[str]) -> frozenset[int]:
    """Return the groups of synonyms that have any of the stems."""
    return frozenset(number for root in stems for number in synonym_groups(root))


@cache
def opposites(name: str = "claim_opposites") -> dict[str, frozenset[str]]:
    """Return the opposites of each stem."""
    found: dict[str, set[str]] = {}
    for pair in phrase_set(name):
        first, second = map(stem, pair.split())
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return {one: frozenset(others) for one, others in found.items()}


@cache
def stem_set(name: str) -> frozenset[str]:
    """Return the stems of a list of the vocabulary."""
    return frozenset(map(stem, word_list(name)))


@cache
def free_stems() -> frozenset[str]:
    """Return the stems of words that claim nothing."""
    return stem_set("claim_grammar") | stem_set("claim_frame")


@cache
def _first_of_group(name: str) -> dict[str, str]:
    """Return the first word of each word's group in a list of the vocabulary."""
    return {word: group.split()[0] for group in phrase_set(name) for word in group.split()}


def unit_of(word: str) -> str:
    """Return the shortest spelling of a unit, empty for other words."""
    return _first_of_group("units").get(word, "")


_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


def number_values(token: Token) -> list[str]:
    """Return the numbers of a token, without the commas of thousands."""
    if value := _first_of_group("number_words").get(token.low):
        return [value]
    return [_value(match) for match in _DIGITS.findall(token.text)]


def _value(text: str) -> str:
    return text.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text) else text
