"""Carry out the publication of a week: look, decide, note the attempt, write, record the result.

The record changes after the fact. An attempt is noted next to the last known state and never replaces it:

| record before      | event                                   | record afterwards                             |
|--------------------|-----------------------------------------|-----------------------------------------------|
| none               | a create begins                         | sending: the sent text                        |
| sending            | a create begins                         | sending: the sent text                        |
| waiting, published | a create or update begins               | the last known state, and the attempt         |
| any                | the target confirms a write             | published: the text there                     |
| any                | the target queues a create              | waiting: the sent text                        |
| any                | the target refuses a write              | the record from before the attempt            |
| any                | no answer comes, or the process dies    | as the attempt noted it; the next run looks   |
| any                | nothing to write, a post is there       | published or waiting: the text there          |
| any                | nothing to write, no post is there      | unchanged                                     |
| any                | a conflict                              | unchanged                                     |

A noted attempt counts once its text is at the target. Until then the last known state is the base of the next merge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from weekly.config.limits import BOUNDLESS
from weekly.errors import ChangedError, TargetError, UnsureError, WeeklyError
from weekly.model import Record
from weekly.publish.base import Records, Target
from weekly.publish.decision import (
    Action,
    Decision,
    RemotePost,
    State,
    base_of,
    check_length,
    decide,
    stored_title_of,
)
from weekly.publish.merge import Side, is_same_text
from weekly.publish.record import (
    Attempt,
    Picture,
    Publication,
    Stage,
    Wording,
    load_publication,
    save_publication,
    undo_attempt,
)

ROUNDS = 3
"""The attempts to look and decide, if somebody else writes at the same time."""


class Outcome(Record, frozen=True, kw_only=True):
    """The decision, the posts before and after it, and whether the record changed."""

    decision: Decision
    before: RemotePost | None
    after: RemotePost | None
    is_recorded: bool = False


class Publishing(NamedTuple):
    """A week's wording for a target, and the week's record there."""

    target: Target
    ours: Wording
    records: Records
    side: Side | None = None
    limit: int = BOUNDLESS
    say: Callable[[str], object] = str

    def look(self, known: Publication | None) -> Outcome:
        """Return the decision that publishing would carry out. Change nothing."""
        remote = self.target.find(self.ours, known)
        decision = decide(self.ours, remote, known, self.side)
        decision = check_length(decision, self.ours, self.limit, self.target.section)
        return Outcome(decision=decision, before=remote, after=None)

    def publish(self, known: Publication | None, pictures: tuple[Picture, ...] = ()) -> Outcome:
        """Bring the target's post up to date, once. A conflict changes nothing."""
        for _ in range(ROUNDS):
            outcome = self.look(known)
            if outcome.decision.action is Action.CONFLICT or _is_settled(outcome, known):
                return outcome
            try:
                after = self._carry_out(outcome, known)
            except ChangedError as error:
                self.say(f"{error}; looking again")
                known = load_publication(*self.records)
                continue
            record = msgspec.structs.replace(self._confirmed(outcome, after, known), pictures=pictures)
            is_recorded = save_publication(self.records.folder, record)
            return msgspec.structs.replace(outcome, after=after, is_recorded=is_recorded)
        raise TargetError(
            f"{self.target.name}: somebody else changed the post {ROUNDS} times meanwhile; run again later"
        )

    def _carry_out(self, outcome: Outcome, known: Publication | None) -> RemotePost:
        decision, before = outcome.decision, outcome.before
        if decision.action is Action.LEAVE and before is not None:
            return before
        noted = self._noted(outcome, known)
        save_publication(self.records.folder, noted)
        try:
            if before is None or decision.action is Action.CREATE:
                return self.target.create(decision.wording)
            return self.target.update(before, decision.wording)
        except UnsureError:
            remote = self.target.find(self.ours, noted)
            if remote is not None and is_same_text(remote.wording.text, decision.wording.text):
                return remote
            raise
        except WeeklyError:  # refused
            undo_attempt(self.records.folder, noted, known)
            raise

    def _noted(self, outcome: Outcome, known: Publication | None) -> Publication:
        """Return the record while a write is under way, with the last known state and the attempt."""
        before, sent = outcome.before, outcome.decision.wording
        attempt = Attempt(sent=sent, generated=self.ours)
        if outcome.decision.action is Action.CREATE or before is None:
            if known is not None and known.stage is not Stage.SENDING:
                return msgspec.structs.replace(known, attempt=attempt)
            sending = self._record(RemotePost(wording=sent, url=""), generated=self.ours, stored_title=sent.title)
            return msgspec.structs.replace(sending, stage=Stage.SENDING)
        base = base_of(before, known)
        generated, title = (base.generated, base.titles[-1]) if base else (before.wording, "")
        seen = self._record(before, generated=generated, stored_title=title)
        return msgspec.structs.replace(seen, attempt=attempt, pictures=known.pictures if known else ())

    def _confirmed(self, outcome: Outcome, after: RemotePost, known: Publication | None) -> Publication:
        """Return the record of the post that is at the target now."""
        before = None if outcome.decision.action is Action.CREATE else outcome.before
        generated = before.wording if before is not None and before.state is State.WAITING else self.ours
        base = base_of(before, known) if before else None
        title = stored_title_of(self.ours, outcome.decision, before, after, base)
        return self._record(after, generated=generated, stored_title=title)

    def _record(self, remote: RemotePost, *, generated: Wording, stored_title: str) -> Publication:
        return Publication(
            week=self.records.week,
            target=self.target.name,
            stage=Stage.WAITING if remote.state is State.WAITING else Stage.PUBLISHED,
            url=remote.url,
            topic=remote.topic,
            post=remote.post,
            version=remote.version,
            external_id=self.target.external_id,
            remote=remote.wording,
            generated=generated,
            stored_title=stored_title,
        )


def _is_settled(outcome: Outcome, known: Publication | None) -> bool:
    """Tell whether there is nothing to write and nothing to record."""
    if outcome.decision.action is not Action.LEAVE:
        return False
    before = outcome.before
    if before is None or before.state in (State.DELETED, State.FOREIGN, State.UNREADABLE):
        return True
    return before.state is State.WAITING and known is not None
