"""Thank the week's contributors and reporters of issues, welcome newcomers and credit co-authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from weekly.config.highlights import ThanksRules
from weekly.highlights import reverts
from weekly.model import Person, PullRequest, Record
from weekly.text import english
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list

_NEWCOMERS = frozenset({"FIRST_TIME_CONTRIBUTOR", "FIRST_TIMER"})


class Thanks(Record, frozen=True, kw_only=True):
    """The people to thank, by name. Nobody is in two lists. `noun` is the span of time."""

    regulars: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()
    coauthors: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    noun: str = "week"

    @property
    def text(self) -> str:
        """A paragraph without mentions, empty where there is nobody to thank."""
        sentences = []
        if self.regulars or self.newcomers:
            sentences.append(
                f"Thanks to {english.listed([*self.regulars, *self.newcomers])} for this {self.noun}'s changes."
            )
        if self.coauthors:
            sentences.append(f"Thanks also to {english.listed(list(self.coauthors))} for co-authoring them.")
        if self.reporters:
            thanks = "Thanks also to" if sentences else "Thanks to"
            named = english.listed(list(self.reporters))
            sentences.append(f"{thanks} {named} for reporting issues that this {self.noun}'s changes resolve.")
        if self.newcomers:
            first = "first contribution" if len(self.newcomers) == 1 else "first contributions"
            sentences.append(f"Welcome to {english.listed(list(self.newcomers))}, with their {first}!")
        return " ".join(sentences)

    @property
    def brief(self) -> str:
        """The same by numbers, empty where there is nobody to thank."""
        people = len(self.regulars) + len(self.newcomers)
        counts = {"contributor": people, "co-author": len(self.coauthors), "issue reporter": len(self.reporters)}
        counted = [english.counted(count, noun) for noun, count in counts.items() if count]
        if not counted:
            return ""
        welcome = f" Welcome to {english.counted(len(self.newcomers), 'newcomer')}!" if self.newcomers else ""
        return f"Thanks to {english.listed(counted)} for this {self.noun}'s changes.{welcome}"


def thank(pulls: Sequence[PullRequest], rules: ThanksRules, *, bots: Sequence[str] = (), noun: str = "week") -> Thanks:
    """Return the people behind a week's pull requests, each once. `bots` are logins to leave out."""
    named_bots = {_plain(bot) for bot in bots}
    machines = named_bots | AGENTS | {"ghost"}
    authors = [pull for pull in pulls if not pull.author.is_bot and _plain(pull.author.login) not in machines]
    newcomers = {_plain(pull.author.login) for pull in authors if pull.association in _NEWCOMERS}
    names = {_plain(pull.author.login): _name(pull.author) for pull in authors}
    known = set(names) | {_plain(name) for name in names.values()}
    partners: dict[str, str] = {}
    for coauthor in (_coauthor(text) for pull in pulls for text in pull.coauthors):
        if coauthor.is_machine or not coauthor.name or coauthor.keys & (known | named_bots):
            continue
        if not any(key in partners for key in coauthor.keys):
            partners |= dict.fromkeys(sorted(coauthor.keys), coauthor.name)
    reporters = _reporters(pulls, machines | known | set(partners)) if rules.reporters else ()
    if not rules.show:
        return Thanks(reporters=reporters, noun=noun)
    return Thanks(
        regulars=_sorted(name for login, name in names.items() if login not in newcomers),
        newcomers=_sorted(name for login, name in names.items() if login in newcomers),
        coauthors=_sorted(set(partners.values())),
        reporters=reporters,
        noun=noun,
    )


def _reporters(pulls: Sequence[PullRequest], others: Iterable[str]) -> tuple[str, ...]:
    """Return who reported resolved issues, without `others` and those who merge, in whose name the post speaks."""
    undone = reverts.undone(pulls)
    known = {*others, *(_plain(pull.merged_by.login) for pull in pulls if pull.merged_by)}
    reporters = [issue.reporter for pull in pulls if pull.ref not in undone for issue in pull.closes if issue.reporter]
    people = (one for one in reporters if not one.is_bot and known.isdisjoint({_plain(one.login), _plain(_name(one))}))
    return _sorted({_plain(one.login): _name(one) for one in people}.values())


AGENTS = word_list("agents")
"""Names and logins of coding agents."""
_GITHUB_ADDRESS = lazy_pattern(r"^(?:\d+\+)?([\w-]+)(?:\[bot\])?@users\.noreply\.[\w.-]+$", re.IGNORECASE)
_MACHINE_ADDRESS = lazy_pattern(
    r"^(?:no-?reply|do-?not-?reply|bot|agent|[\w-]*agent|[\w-]*bot)@|\[bot\]@|@(?:anthropic|openai|cursor|devin)\.",
    re.IGNORECASE,
)


class _Coauthor(NamedTuple):
    """A co-author's name, identifiers, and whether it is a machine."""

    name: str
    keys: frozenset[str]
    is_machine: bool


def _coauthor(text: str) -> _Coauthor:
    """Read "Name <address>"."""
    name, _, address = text.partition("<")
    name, address = normalise(name), address.strip("<> ").lower()
    login = match[1] if (match := _GITHUB_ADDRESS.match(address)) else ""
    keys = frozenset(filter(None, (_plain(name), _plain(login), address)))
    is_agent = _plain(login) in AGENTS or (_plain(name) in AGENTS and not address)
    return _Coauthor(name, keys, is_agent or _is_bot(name) or bool(_MACHINE_ADDRESS.search(address)))


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _name(person: Person) -> str:
    return normalise(person.name) or normalise(person.login)


def _plain(login: str) -> str:
    return login.casefold().removesuffix("[bot]").removeprefix("app/")


def _is_bot(name: str) -> bool:
    return name.casefold().endswith(("[bot]", "-bot"))
