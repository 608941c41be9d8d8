"""The decision: create, update, leave alone, or a conflict. Values in, a value and its reason out."""

from __future__ import annotations

import re
from enum import StrEnum

from weekly.model import Record
from weekly.publish import merge
from weekly.publish.merge import Side
from weekly.publish.record import Attempt, Publication, Stage, Wording

# What the forum makes plain before it stores a text (lib/text_cleaner.rb): these never count as an edit.
_SPACES = re.compile("[\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


class State(StrEnum):
    """What may be done with what stands."""

    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DELETED = "deleted"
    WAITING = "waiting"


class Standing(Record, frozen=True, kw_only=True):
    """A week's post as a target has it; `raw` is its text to the byte, the lock of an update.

    `is_untouched`: one revision, by our own user, and never edited since.
    """

    wording: Wording
    raw: str = ""
    url: str
    state: State = State.OPEN
    topic: int = 0
    post: int = 0
    version: int = 0
    is_untouched: bool = False


class Action(StrEnum):
    """What is to be done."""

    CREATE = "create"
    UPDATE = "update"
    LEAVE = "leave"
    CONFLICT = "conflict"


class Decision(Record, frozen=True, kw_only=True):
    """What is to be done, why, and the wording that stands afterwards; in a conflict, the one that --ours would make."""

    action: Action
    reason: str
    wording: Wording


class Base(Record, frozen=True, kw_only=True):
    """What both sides began with: what we had made, and the titles that may have stood for it."""

    made: Wording
    titles: tuple[str, ...]


class _Meeting(Record, frozen=True, kw_only=True):
    """What comes of both sides' words, where they clash, and whether somebody's own are among them."""

    wording: Wording
    clashes: tuple[str, ...]
    is_edited: bool


def stored(text: str) -> str:
    """A text as the forum stores it."""
    return _SPACES.sub(" ", text.replace("\r\n", "\n")).rstrip()


def decide(ours: Wording, standing: Standing | None, known: Publication | None, side: Side | None = None) -> Decision:
    """What to do with our wording, given what stands there and what is known of what was published.

    `side` decides where both changed the same, where nobody knows who wrote what stands, and whether a post that
    somebody took away is posted anew.
    """
    if standing is None:
        return _absent(ours, known, side)
    if standing.state is State.WAITING:
        return Decision(action=Action.LEAVE, reason="it waits for a moderator's approval", wording=standing.wording)
    if standing.state is State.DELETED:
        return _gone("it was deleted", ours, Side.THEIRS if side is Side.THEIRS else None)
    if standing.wording == ours:
        return Decision(action=Action.LEAVE, reason="this very text stands there", wording=ours)
    decision = _met(ours, standing, known, side)
    if standing.state is State.ARCHIVED and decision.action is Action.UPDATE:
        reason = "the topic is archived, so nobody may edit it: unarchive it, or leave it with --theirs"
        kept = Decision(action=Action.LEAVE, reason="the topic is archived", wording=standing.wording)
        conflict = Decision(action=Action.CONFLICT, reason=reason, wording=decision.wording)
        return kept if side is Side.THEIRS else conflict
    return decision


def fitting(decision: Decision, ours: Wording, most: int) -> Decision:
    """The decision, or a conflict where somebody's edits make the text longer than may be written there."""
    over = len(decision.wording.text) - most
    if decision.action is not Action.UPDATE or over <= 0 or len(ours.text) > most:
        return decision  # a text that is too long by itself is the lint's to tell
    reason = (
        f"merged with somebody's edits it has {most + over:,} characters, but the forum takes {most:,}: set "
        f"forum.max_post_length in weekly.toml to {len(ours.text) - over} or less, so that more is folded"
    )
    return Decision(action=Action.CONFLICT, reason=reason, wording=decision.wording)


def difference(before: Wording | None, after: Wording, *, names: tuple[str, str]) -> str:
    """What changes of title and text, as a diff."""
    return merge.diff(_whole(before) if before else "", _whole(after), names=names)


def _absent(ours: Wording, known: Publication | None, side: Side | None) -> Decision:
    if known is not None and known.stage is Stage.WAITING:
        return _gone("it waited for approval, and now neither waits nor stands there: it was rejected", ours, side)
    if known is not None and known.stage is Stage.STANDS:
        return _gone(f"it stood at {known.url}, and doesn't any more", ours, side)
    return Decision(action=Action.CREATE, reason="nothing of this week stands there yet", wording=ours)


def _gone(what: str, ours: Wording, side: Side | None) -> Decision:
    if side is Side.OURS:
        return Decision(action=Action.CREATE, reason=f"{what}; --ours posts it anew", wording=ours)
    if side is Side.THEIRS:
        return Decision(action=Action.LEAVE, reason=f"{what}; --theirs leaves it so", wording=ours)
    reason = f"{what}: restore it there, or say what is right with --theirs (no post) or --ours (a new one)"
    return Decision(action=Action.CONFLICT, reason=reason, wording=ours)


def _met(ours: Wording, standing: Standing, known: Publication | None, side: Side | None) -> Decision:
    """Both have words: ours, and those that stand."""
    theirs = standing.wording
    base = base_of(standing, known)
    if base is None:
        return _unknown(ours, theirs, side)
    meeting = _merged(base, ours, theirs, side or Side.OURS)
    if meeting.clashes and side is None:
        where = " and ".join(meeting.clashes)
        reason = f"somebody edited the same {where} that changed here too; decide with --theirs or --ours"
        return Decision(action=Action.CONFLICT, reason=reason, wording=meeting.wording)
    if meeting.wording == theirs:
        return Decision(action=Action.LEAVE, reason="nothing new, and somebody's edits stay", wording=theirs)
    reason = "what is new is merged with somebody's edits" if meeting.is_edited else "there is something new"
    if meeting.clashes:
        reason += f"; where both changed the same, --{side} decided"
    return Decision(action=Action.UPDATE, reason=reason, wording=meeting.wording)


def _unknown(ours: Wording, theirs: Wording, side: Side | None) -> Decision:
    if side is Side.THEIRS:
        return Decision(action=Action.LEAVE, reason="--theirs leaves what stands there", wording=theirs)
    if side is Side.OURS:
        return Decision(action=Action.UPDATE, reason="--ours replaces what stands there", wording=ours)
    reason = "what stands there was edited or isn't ours, and no record says what was published; decide with "
    return Decision(action=Action.CONFLICT, reason=reason + "--theirs (keep it) or --ours (replace it)", wording=ours)


def base_of(standing: Standing, known: Publication | None) -> Base | None:
    """Where both sides began; None where nobody knows."""
    theirs = standing.wording
    own = Base(made=theirs, titles=(theirs.title,)) if standing.is_untouched else None
    if known is None:
        return own
    if known.attempt is not None and _arrived(known.attempt, theirs, known.stands):
        sent = known.attempt.sent.title
        return Base(made=known.attempt.made, titles=(known.titled, *([sent] if sent != known.stands.title else [])))
    if known.stage is Stage.SENDING and theirs.text != known.stands.text and own:
        return own  # another run was faster, with another text
    return Base(made=known.made, titles=(known.titled,))


def _arrived(attempt: Attempt, theirs: Wording, before: Wording) -> bool:
    """Whether an update that was sent is what stands there: by its text, or by its title where that alone changed."""
    return theirs.text == attempt.sent.text and (theirs.text != before.text or theirs.title == attempt.sent.title)


def titled(ours: Wording, outcome: Decision, before: Standing | None, after: Standing, base: Base | None) -> str:
    """What the target made of our title, so that any other is known to be somebody's; "" where nobody knows."""
    title = after.wording.title
    if title == ours.title or before is None or outcome.wording.title != before.wording.title:
        return title  # ours, or just written
    if base is None:
        return ""
    return title if title in base.titles else base.titles[-1]


def _merged(base: Base, ours: Wording, theirs: Wording, side: Side) -> _Meeting:
    text = merge.merge(base.made.text, ours.text, theirs.text, side=side)
    their_title, our_title = theirs.title not in base.titles, ours.title != base.made.title
    clash = their_title and our_title and ours.title != theirs.title
    title = ours.title if our_title and (not clash or side is Side.OURS) else theirs.title
    lines = len(text.conflicts)
    return _Meeting(
        wording=Wording(title=title, text=stored(text.text)),
        clashes=tuple(["title"] * clash + [f"{lines} place{'s'[: lines != 1]} of the text"] * bool(lines)),
        is_edited=their_title or theirs.text != base.made.text,
    )


def _whole(wording: Wording) -> str:
    return f"Title: {wording.title}\n\n{wording.text}"
