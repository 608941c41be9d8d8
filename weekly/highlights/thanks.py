"""Thank the week's contributors: people only, newcomers welcomed, co-authors credited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weekly.model import Person, PullRequest, Record
from weekly.text import english
from weekly.text.markdown import normalise

_NEWCOMERS = frozenset({"FIRST_TIME_CONTRIBUTOR", "FIRST_TIMER"})


class Thanks(Record, frozen=True, kw_only=True):
    """Whom a week is owed to, by name; nobody stands in two lists."""

    regulars: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()
    coauthors: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """A paragraph without mentions; empty where there is nobody to thank."""
        said = []
        if self.regulars or self.newcomers:
            said.append(f"Thanks to {english.listed([*self.regulars, *self.newcomers])} for this week's changes.")
        if self.coauthors:
            said.append(f"Thanks also to {english.listed(list(self.coauthors))} for co-authoring them.")
        if self.newcomers:
            first = "first contribution" if len(self.newcomers) == 1 else "first contributions"
            said.append(f"Welcome to {english.listed(list(self.newcomers))}, with their {first}!")
        return " ".join(said)

    @property
    def brief(self) -> str:
        """The same by numbers; empty where there is nobody to thank."""
        people = len(self.regulars) + len(self.newcomers)
        if not people:
            return ""
        welcome = f" Welcome to {english.counted(len(self.newcomers), 'newcomer')}!" if self.newcomers else ""
        also = f", and {english.counted(len(self.coauthors), 'co-author')}," if self.coauthors else ""
        return f"Thanks to {english.counted(people, 'contributor')}{also} for this week's changes.{welcome}"


def thank(pulls: Sequence[PullRequest], *, bots: Sequence[str] = ()) -> Thanks:
    """The contributors of a week's pull requests, in the alphabet's order; `bots` are logins that are left out."""
    machines = {_plain(bot) for bot in bots}
    people = [
        pull for pull in pulls if not pull.author.is_bot and _plain(pull.author.login) not in machines | {"ghost"}
    ]
    newcomers = {_plain(pull.author.login) for pull in people if pull.association in _NEWCOMERS}
    names = {_plain(pull.author.login): _name(pull.author) for pull in people}
    known = set(names) | {_plain(name) for name in names.values()}
    partners = {_plain(name): name for pull in pulls for said in pull.coauthors if (name := _said(said))}
    return Thanks(
        regulars=_sorted(name for login, name in names.items() if login not in newcomers),
        newcomers=_sorted(name for login, name in names.items() if login in newcomers),
        coauthors=_sorted(
            name for plain, name in partners.items() if plain not in known | machines and not _is_bot(name)
        ),
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _name(person: Person) -> str:
    return normalise(person.name) or normalise(person.login)


def _said(coauthor: str) -> str:
    """The name of "Name <address>"."""
    return normalise(coauthor.partition("<")[0])


def _plain(login: str) -> str:
    return login.casefold().removesuffix("[bot]")


def _is_bot(name: str) -> bool:
    return name.casefold().endswith("[bot]")
