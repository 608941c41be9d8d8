"""Publishing at a target: look, decide, note what is about to be sent, send it, keep what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from weekly.config.limits import BOUNDLESS
from weekly.errors import ChangedError, ForumError, UnsureError
from weekly.model import Record
from weekly.publish.decision import Action, Decision, Standing, State, base_of, decide, fitting, titled
from weekly.publish.merge import Side
from weekly.publish.record import Attempt, Picture, Publication, Stage, Wording, load_publication, save_publication
from weekly.week import Week

ROUNDS = 3
"""How often to look and decide anew where somebody else writes at the same time."""


class Target(Protocol):
    """A place where a week's post stands, once. To add one, implement this and name it in cli/ways.py."""

    @property
    def name(self) -> str:
        """What it is called in what is said: its address. Records of another name aren't its own."""

    def find(self, ours: Wording, known: Publication | None) -> Standing | None:
        """The week's post, None where there is none. Changes nothing."""

    def create(self, wording: Wording) -> Standing:
        """Put a post there. ChangedError where there is one already; done twice, it makes one post."""

    def update(self, old: Standing, wording: Wording) -> Standing:
        """Change the post. ChangedError where it isn't what `old` says."""

    def upload(self, path: Path) -> str:
        """Bring an image there; the address by which the post shows it. The same image has one address."""


class Records(Record, frozen=True, kw_only=True):
    """Where the record of one week at one target is kept."""

    folder: Path
    week: Week


class Outcome(Record, frozen=True, kw_only=True):
    """What was decided, what stood there before and stands there now, and whether that is news to the record."""

    decision: Decision
    before: Standing | None
    after: Standing | None
    is_news: bool = False


def look(target: Target, ours: Wording, known: Publication | None, side: Side | None, most: int) -> Outcome:
    """What publishing would do; changes nothing."""
    standing = target.find(ours, known)
    return Outcome(decision=fitting(decide(ours, standing, known, side), ours, most), before=standing, after=None)


def publish(
    target: Target,
    ours: Wording,
    records: Records,
    known: Publication | None,
    *,
    side: Side | None = None,
    most: int = BOUNDLESS,
    pictures: tuple[Picture, ...] = (),
    say: Callable[[str], object] = str,
) -> Outcome:
    """Have our wording stand at the target, once; a conflict changes nothing."""
    for _ in range(ROUNDS):
        outcome = look(target, ours, known, side, most)
        decision, before = outcome.decision, outcome.before
        if decision.action is Action.CONFLICT or _is_settled(outcome, known):
            return outcome
        try:
            after = _carry_out(target, outcome, ours, records, known)
        except ChangedError as error:
            say(f"{error}; looking again")
            known = load_publication(records.folder, records.week)
            continue
        made = before.wording if before is not None and before.state is State.WAITING else ours
        base = base_of(before, known) if before else None
        record = _record(target, records.week, after, made=made, titled=titled(ours, decision, before, after, base))
        is_news = save_publication(records.folder, msgspec.structs.replace(record, pictures=pictures))
        return msgspec.structs.replace(outcome, after=after, is_news=is_news)
    raise ForumError(f"{target.name}: somebody else wrote there {ROUNDS} times over; run again in a while")


def _carry_out(
    target: Target, outcome: Outcome, ours: Wording, records: Records, known: Publication | None
) -> Standing:
    decision, before = outcome.decision, outcome.before
    if decision.action is Action.LEAVE and before is not None:
        return before
    noted = _noted(target, records.week, ours, outcome, known)
    save_publication(records.folder, noted)
    try:
        if before is None or decision.action is Action.CREATE:
            return target.create(decision.wording)
        return target.update(before, decision.wording)
    except UnsureError:
        found = target.find(ours, noted)
        if found is not None and found.wording.text == decision.wording.text:
            return found
        raise


def _noted(target: Target, week: Week, ours: Wording, outcome: Outcome, known: Publication | None) -> Publication:
    """The record while a write is under way: of what stood, and what is being sent."""
    before, wording = outcome.before, outcome.decision.wording
    if before is None or outcome.decision.action is Action.CREATE:
        waiting = Standing(wording=wording, url="")
        sending = _record(target, week, waiting, made=ours, titled=wording.title)
        return msgspec.structs.replace(sending, stage=Stage.SENDING)
    base = base_of(before, known)
    made, title = (base.made, base.titles[-1]) if base else (before.wording, "")
    noted = _record(target, week, before, made=made, titled=title)
    pictures = known.pictures if known else ()
    return msgspec.structs.replace(noted, attempt=Attempt(sent=wording, made=ours), pictures=pictures)


def _is_settled(outcome: Outcome, known: Publication | None) -> bool:
    """Whether what is left alone leaves nothing to keep, either: no post, or one that is known to wait."""
    if outcome.decision.action is not Action.LEAVE:
        return False
    before = outcome.before
    if before is None or before.state is State.DELETED:
        return True
    return before.state is State.WAITING and known is not None


def _record(target: Target, week: Week, standing: Standing, *, made: Wording, titled: str) -> Publication:
    return Publication(
        week=week,
        target=target.name,
        stage=Stage.WAITING if standing.state is State.WAITING else Stage.STANDS,
        url=standing.url,
        topic=standing.topic,
        post=standing.post,
        version=standing.version,
        stands=standing.wording,
        made=made,
        titled=titled,
    )
