"""Collect what an editor wants to know of a pull request, and the words that may become its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from weekly.config import Config
from weekly.highlights.author_notes import author_note
from weekly.highlights.description import prose
from weekly.highlights.select import Selection
from weekly.highlights.sentences import draft
from weekly.model import Commit, FileChange, Highlight, Issue, PullRequest, Record, Verdict, Words
from weekly.text import titles
from weekly.text.markdown import escape, trusted
from weekly.text.titles.code_spans import NAMES

MOST_SENTENCES = 4
"""Sentences of commits or of a description that are offered at once."""


class PullFacts(Record, frozen=True, kw_only=True):
    """A pull request as its author wrote it. `words` are texts in Markdown by their source."""

    title: str
    url: str
    author: str
    description: str
    labels: tuple[str, ...]
    commits: tuple[Commit, ...]
    files: tuple[FileChange, ...]
    closes: tuple[Issue, ...]
    words: Mapping[str, str]


def facts_of(
    pulls: Iterable[PullRequest],
    verdicts: Mapping[str, Verdict],
    drafted: Mapping[str, Selection],
    written: Mapping[str, Selection],
    config: Config,
) -> dict[str, PullFacts]:
    """Return the facts of each pull request by its ref. `written` has the writer's sentences among the drafted ones."""
    drafts = {
        pull.ref: "" if index else trusted(highlight.text)
        for highlight in _highlights(drafted)
        for index, pull in enumerate(highlight.pulls)
    }
    texts = {one.pulls[0].ref: trusted(one.text) for one in _highlights(written) if one.words is Words.WRITER}
    return {
        pull.ref: PullFacts(
            title=pull.title,
            url=pull.url,
            author=pull.author.login,
            description=pull.body,
            labels=pull.labels,
            commits=pull.commits,
            files=pull.files,
            closes=pull.closes,
            words=_words(pull, verdicts[pull.ref], drafts.get(pull.ref), texts.get(pull.ref, ""), config),
        )
        for pull in pulls
    }


def _highlights(selections: Mapping[str, Selection]) -> Iterator[Highlight]:
    for selection in selections.values():
        yield from selection.highlights


def _words(pull: PullRequest, verdict: Verdict, drafted: str | None, written: str, config: Config) -> dict[str, str]:
    """Return the words by their source. `drafted` is empty for a member of another's highlight."""
    rules, kinds = config.highlights, config.kinds
    sentences = [sentence for paragraph in prose(pull.body) for sentence in paragraph][:MOST_SENTENCES]
    words = {
        "release note": escape(author_note(pull, verdict, rules, kinds)),
        "draft": escape(draft((pull,), verdict, rules, kinds).text) if drafted is None else drafted,
        "commits": escape(" ".join(_commit_sentences(pull, config))),
        "description": escape(" ".join(sentences)),
        "writer": written,
    }
    return {source: text for source, text in words.items() if text}


def _commit_sentences(pull: PullRequest, config: Config) -> list[str]:
    """Return the subjects of the first commits as sentences, each once."""
    rules = config.highlights
    subjects = dict.fromkeys(commit.subject for commit in pull.commits if not commit.subject.startswith("Merge "))
    sentences = (titles.sentence(one, commands=rules.commands, names=(*NAMES, *rules.names)) for one in subjects)
    return list(dict.fromkeys(filter(None, sentences)))[:MOST_SENTENCES]
