"""Collect the facts of a highlight, without text that hides from readers or gives orders to a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from weekly.highlights.description import examples, prose, split_sentences
from weekly.model import Highlight, PullRequest, Release
from weekly.text.markdown import harmless
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import alternatives
from weekly.writer.document import Fact

MOST_FILES, MOST_COMMITS, LONGEST_PATCH = 200, 50, 8_000

_COMMENT = lazy_pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ESCAPED = lazy_pattern(r"\\([_*#<>])")
_ADDRESSES_MODEL = lazy_pattern(alternatives("order_patterns"), re.IGNORECASE)


def facts_of(highlight: Highlight, releases: Sequence[Release] = ()) -> tuple[Fact, ...]:
    """Return the facts of a highlight's pull requests, and its drafted text."""
    facts = [fact for pull in highlight.pulls for fact in _of_pull(pull)]
    facts += [Fact(source="release", text=f"{release.name} {release.tag} {release.url}") for release in releases]
    return believed([*facts, Fact(source="draft", text=highlight.text)])


def believed(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return facts on one line each, without hidden text and without what follows an order to a model."""
    cleaned = (Fact(source=fact.source, text=_without_orders(_COMMENT.sub(" ", fact.text))) for fact in facts)
    return tuple(dict.fromkeys(fact for fact in cleaned if fact.text))


def _without_orders(text: str) -> str:
    kept = []
    for sentence in split_sentences(_ESCAPED.sub(r"\1", harmless(text))):
        if _ADDRESSES_MODEL.search(sentence):
            break
        kept.append(sentence)
    return " ".join(kept)


def _of_pull(pull: PullRequest) -> Iterator[Fact]:
    """Yield what a pull request says, each piece with its source."""
    ref = pull.ref
    yield Fact(source=f"title of {ref}", text=pull.title)
    for paragraph in prose(_COMMENT.sub(" ", pull.body), whole="body" not in pull.cut):
        yield Fact(source=f"description of {ref}", text=" ".join(paragraph))
    for text in examples(_COMMENT.sub(" ", pull.body)):
        yield Fact(source=f"example in {ref}", text=text)
    for commit in pull.commits[:MOST_COMMITS]:
        yield Fact(source=f"commit of {ref}", text=commit.subject)
        for paragraph in prose(_COMMENT.sub(" ", commit.body)):
            yield Fact(source=f"commit of {ref}", text=" ".join(paragraph))
    for patch in pull.patches:
        yield Fact(source=f"patch of {patch.path}", text="\n".join(patch.added)[:LONGEST_PATCH])
    for issue in pull.closes:
        yield Fact(source=f"issue #{issue.number} closed by {ref}", text=issue.title)
        if issue.reporter:
            yield Fact(source=f"reporter of #{issue.number}", text=f"{issue.reporter.name} {issue.reporter.login}")
    if pull.labels:
        yield Fact(source=f"labels of {ref}", text=", ".join(pull.labels))
    yield Fact(source=f"files of {ref}", text="\n".join(change.path for change in pull.files[:MOST_FILES]))
    yield Fact(source=f"author of {ref}", text=f"{pull.author.name} {pull.author.login}")
    yield Fact(source="address", text=pull.url)
