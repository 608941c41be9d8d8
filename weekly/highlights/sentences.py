"""Draft a highlight from the author's note, or from title, commits, closed issues and description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from weekly.classify.advisories import advisories
from weekly.classify.internal import has_code
from weekly.config.highlights import HighlightRules
from weekly.config.rules import KindRules
from weekly.highlights.author_notes import author_note
from weekly.highlights.explanation import explanation, formerly, mended, restated, stated
from weekly.highlights.extensions import extensions_of, new_options
from weekly.highlights.merging import STORY, content
from weekly.highlights.placing import with_phrase
from weekly.highlights.scopes import scope_phrase
from weekly.highlights.title_lines import Line, distinct, sentence_of, title_sentences
from weekly.highlights.worth import is_clear, is_vague
from weekly.model import Kind, PullRequest, Verdict, Words
from weekly.text import english, titles
from weekly.text.markdown import nested, normalise, remarked
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES, by_spelling, spelling_key


class Draft(NamedTuple):
    """A drafted text, and its sentence from the title. `worthless` is the reason against a highlight, if any."""

    text: str
    lead: str
    words: Words = Words.DRAFTED
    worthless: str = ""


def draft(pulls: Sequence[PullRequest], verdict: Verdict, rules: HighlightRules, kinds: KindRules) -> Draft:
    """Draft the text of a highlight about pull requests of which the first leads."""
    one = _drafted(pulls, verdict, rules, kinds)
    options = new_options(one.text, pulls, rules.extensions) if verdict.kind is Kind.IMPROVEMENT else []
    text = remarked(one.text, english.listed([f"`{name}`" for name in options]))
    return one._replace(text=_with_advisories(text, pulls))


def _drafted(pulls: Sequence[PullRequest], verdict: Verdict, rules: HighlightRules, kinds: KindRules) -> Draft:
    for pull in pulls:
        if note := author_note(pull, verdict, rules, kinds):
            return Draft(text=note, lead=note, words=Words.AUTHOR)
    if extended := _of_extensions(pulls, rules):
        return Draft(text=extended, lead=extended, words=Words.AUTHOR)
    lines, others = _of_titles(pulls, verdict, rules)
    if not lines:
        whole = _whole(pulls[0], rules)
        return Draft(text=whole, lead=whole, worthless="neither its title nor its commits say what is new")
    lead = pulls[0]
    if better := _of_bodies(lead, lines[0], verdict, rules):
        lines = [better, *lines[1:]]
    explained = _explained(lead, lines[0].bare, verdict, rules)
    own, further = [_in_one_sentence([line.text for line in lines])], [line.text for line in others]
    if len(pulls) >= STORY and len(further) > 1:
        text: str = nested(_run_together([*own, *explained], rules.longest), further)
    else:
        text = _run_together([*own, *further, *explained], rules.longest)
    return Draft(text=text, lead=lines[0].bare)


def _of_bodies(pull: PullRequest, line: Line, verdict: Verdict, rules: HighlightRules) -> Line | None:
    """Return a sentence from the description or the commit of the title that says more than the title's."""
    title = content(pull.title)
    subjects = [commit for commit in pull.commits if len(pull.commits) == 1 or title <= content(commit.subject)]
    bodies = [pull.body, *(commit.body for commit in subjects)]
    is_fix = verdict.kind is Kind.BUGFIX
    found = ""
    if is_fix and (fault := mended(bodies)):
        found = titles.explaining_sentence(fault, commands=rules.commands, names=(*NAMES, *rules.names))
    elif statement := ("`" in line.bare and stated(pull.body)) or restated(bodies, pull.title):
        found = sentence_of(statement, is_fix=is_fix, rules=rules)
    elif is_fix and not is_clear(line.bare):
        found = _of_issue(pull, rules)
    return (
        Line(found, with_phrase(found, scope_phrase(pull, rules)))
        if found and is_clear(found) and not is_vague(found.rstrip("."))
        else None
    )


def _of_issue(pull: PullRequest, rules: HighlightRules) -> str:
    """Return what the only issue that a fix closes complains of, empty where its title names no fault."""
    (issue,) = pull.closes if len(pull.closes) == 1 else (None,)
    sentence = sentence_of(issue.title, is_fix=True, rules=rules) if issue and issue.title else ""
    return sentence if sentence.startswith("Fixed ") and not has_code(sentence) else ""


def _of_extensions(pulls: Sequence[PullRequest], rules: HighlightRules) -> str:
    """Return what the pull requests add to the project's lists of extensions, empty if nothing is readable."""
    texts = [one.text for pull in pulls for one in extensions_of(pull, rules.extensions) if not one.is_option]
    text = " ".join(dict.fromkeys(filter(None, texts)))[: rules.longest] if texts and all(texts) else ""
    text = _WORDS_AS_CODE.sub(lambda match: _plain_words(match[1], rules), text)
    if _names_command(sentence_of(pulls[0].title, is_fix=False, rules=rules), rules) and not _names_command(
        text, rules
    ):
        return ""  # readers type the command, and the text is about the API
    return text if len(text.split()) > _SHORT or is_vague(pulls[0].title) else ""


def _names_command(text: str, rules: HighlightRules) -> bool:
    return any(f"`{command} " in text for command in rules.commands)


_WORDS_AS_CODE = lazy_pattern(r"`([A-Za-z][A-Za-z ]+)`")


def _plain_words(words: str, rules: HighlightRules) -> str:
    """Return the words of a code span that are a name or plain words, and no command."""
    names = by_spelling((*NAMES, *rules.names))
    first, *more = words.split()
    is_prose = more and first not in rules.commands and all(len(word) > _SHORTEST for word in (first, *more))
    name = "" if words.islower() else names.get(spelling_key(words))
    return name or (words if is_prose else f"`{words}`")


_SHORTEST = 3
"""Letters of a word in a code span that may be one of a command, such as "rbd du"."""
_SHORT = 5
"""Words of an extension's sentence that say less than the title."""


def _of_titles(pulls: Sequence[PullRequest], verdict: Verdict, rules: HighlightRules) -> tuple[list[Line], list[Line]]:
    """Return the sentences of the lead, and those of the others where they certainly add something."""
    own, others = distinct(title_sentences(pulls[0], verdict, rules)), list[Line]()
    for pull in pulls[1:]:
        if own and titles.parse(pull.title).verb is None:
            continue
        for line in title_sentences(pull, verdict, rules):
            if not own:
                own.append(line)
            elif is_clear(line.bare) and not _is_known(line, [*own, *others], is_story=len(pulls) >= STORY):
                others.append(line)
    return own, others


def _is_known(line: Line, known: Sequence[Line], *, is_story: bool) -> bool:
    """Return whether sentences say already what a further one says. Those of a story may share most of their words."""
    if is_story:
        return any(content(line.bare) <= content(one.bare) for one in known)
    return _repeats(line.bare, " ".join(one.bare for one in known))


def _whole(pull: PullRequest, rules: HighlightRules) -> str:
    return sentence_of(pull.title, is_fix=False, rules=rules) or normalise(pull.title) or "…"


def _explained(lead: PullRequest, first: str, verdict: Verdict, rules: HighlightRules) -> list[str]:
    """Return what the description adds to the title's sentence."""
    is_fix = verdict.kind is Kind.BUGFIX
    found = explanation(lead.body, whole="body" not in lead.cut, is_fix=is_fix, most=rules.explain)
    if is_fix and found and first.startswith(("No longer", "Now", "Fixed")):
        found = (formerly(found[0]), *found[1:])
    names = (*NAMES, *rules.names)
    return [titles.explaining_sentence(one, commands=rules.commands, names=names) for one in found]


def _in_one_sentence(sentences: Sequence[str]) -> str:
    """Return what several commits do as one sentence: "Fixed listing and copying.", "Added a flag, and now sorts names."."""
    text = sentences[0]
    parts = [text.removesuffix(".")]
    for sentence in sentences[1:]:
        if not _repeats(sentence, text):
            text = f"{text} {sentence}"
            parts.append(sentence.removesuffix("."))
    verbs = [part.partition(" ")[0] for part in parts]
    is_mixed = (verbs[0] in ("Now", "No") or any(verb.startswith("`") for verb in verbs)) and len({*verbs}) > 1
    if len(parts) < 2 or is_mixed or len(text) > LONGEST_RUN or any(". " in part or ", " in part for part in parts):
        return text
    is_plain = not any(_CLAUSE.search(part) for part in parts[:-1])
    if len({*verbs}) == 1 and is_plain and verbs[0] not in ("Now", "No"):
        return english.listed([parts[0], *(part.partition(" ")[2] for part in parts[1:])]) + "."
    *more, last = (part[0].lower() + part[1:] for part in parts[1:])
    return f"{', '.join([parts[0], *more])}, and {last}."


_CLAUSE = lazy_pattern(r" (?:if|in case|when|where|while) ")
LONGEST_RUN = 200
"""Characters of what several commits do that is still one sentence."""


def _run_together(sentences: Sequence[str], longest: int) -> str:
    text = sentences[0]
    for sentence in sentences[1:]:
        if len(text) + 1 + len(sentence) <= longest and not _repeats(sentence, text):
            text = f"{text} {sentence}"
    return text


def _repeats(sentence: str, text: str) -> bool:
    """Return whether a sentence adds hardly anything to the text."""
    new, old = (content(words) for words in (sentence, text))
    return len(new - old) < 2 or len(new & old) > 0.35 * len(new)


_MOST_ADVISORIES = 3


def _with_advisories(text: str, pulls: Sequence[PullRequest]) -> str:
    """Return a text whose first sentence names the advisories that it closes."""
    numbers = [number for number in advisories(pulls) if number not in text]
    return remarked(text, english.listed(numbers) if len(numbers) <= _MOST_ADVISORIES else "")
