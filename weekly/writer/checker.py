"""Check a writer's sentences against the facts of their highlight, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from weekly.highlights.description import split_sentences
from weekly.writer.claims import claim_fault
from weekly.writer.document import Sentence
from weekly.writer.evidence import Evidence, all_tokens, free_stems, groups_of, stems_of
from weekly.writer.form import LINK, form_fault
from weekly.writer.polarity import polarity_fault
from weekly.writer.tokens import tokens
from weekly.writer.wording import wording_fault


class Verdict(NamedTuple):
    """A sentence, the quotes that it rests on, and why it is refused, empty where it passes."""

    text: str
    support: tuple[str, ...]
    why: str


def check(
    sentences: Sequence[Sentence], evidence: Evidence, *, kind: str, share: float, longest: int
) -> tuple[Verdict, ...]:
    """Check sentences in their order. Those past `longest` characters are refused."""
    verdicts: list[Verdict] = []
    pieces = [quote for sentence in sentences for quote in sentence.support]
    pieces += [fact.text for fact in evidence.facts if fact.source.startswith(("title", "draft", "author", "reporter"))]
    known = stems_of(token for piece in pieces for token in all_tokens(piece)) - free_stems()
    length = 0
    for sentence in sentences:
        for text in split_sentences(sentence.text) or [sentence.text]:
            why = _fault(text, sentence.support, evidence, kind=kind, share=share)
            why = why or ("" if _is_about(text, known) else "shares no word with what it rests on")
            why = why or (f"is past the {longest} characters of a text" if length + len(text) > longest else "")
            length += 0 if why else len(text) + 1
            verdicts.append(Verdict(text, sentence.support, why))
    return tuple(verdicts)


def _fault(text: str, support: Sequence[str], evidence: Evidence, *, kind: str, share: float) -> str:
    """Return the first fault of a sentence, empty where it has none."""
    if not support:
        return "names no piece of the facts"
    for quote in support:
        if not evidence.quotes(quote):
            return f"rests on {quote[:80]!r}, which is no piece of the facts"
    if why := form_fault(text, evidence):
        return why
    addresses = [match["url"] for match in LINK.finditer(text)]
    prose = LINK.sub(lambda match: match["text"], text)
    found = tokens(prose)
    checks: tuple[Callable[[], str], ...] = (
        lambda: claim_fault(found, evidence, addresses),
        lambda: polarity_fault(prose, support, evidence, kind=kind),
        lambda: wording_fault(text, found, evidence, share=share),
    )
    return next((why for one in checks if (why := one())), "")


def _is_about(text: str, known: frozenset[str]) -> bool:
    """Tell whether a sentence has a word or a name of what its answer rests on, in any synonym."""
    stems = stems_of(all_tokens(text)) - free_stems()
    if not stems or not known or text.startswith(("It ", "They ", "This ", "These ")):
        return True
    return bool(stems & known) or not groups_of(stems).isdisjoint(groups_of(known))
