"""Decide whether to create, update or leave a week's post, or to report a conflict."""

from __future__ import annotations

from enum import StrEnum

from weekly.model import Record
from weekly.publish import merge
from weekly.publish.merge import Side, is_same_text, is_same_title, stored
from weekly.publish.record import Attempt, Publication, Stage, Wording
from weekly.text.english import numbered


class State(StrEnum):
    """The state of a post at the target, which decides what may be done with it.

    FOREIGN means that the record names a topic that isn't this week's post. UNREADABLE means that nobody can tell whether
    the post waits for a moderator's approval.
    """

    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DELETED = "deleted"
    WAITING = "waiting"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


class RemotePost(Record, frozen=True, kw_only=True):
    """A week's post at a target. An update replaces exactly `raw`, so no edit in between is lost.

    `is_untouched`: nobody but us has written it. `is_replaceable`: a deleted post that doesn't keep us from creating
    another. `reason` explains FOREIGN and UNREADABLE.
    """

    wording: Wording
    raw: str = ""
    url: str
    state: State = State.OPEN
    topic: int = 0
    post: int = 0
    version: int = 0
    is_untouched: bool = False
    is_replaceable: bool = False
    reason: str = ""


class Action(StrEnum):
    """The action to take."""

    CREATE = "create"
    UPDATE = "update"
    LEAVE = "leave"
    CONFLICT = "conflict"


class Decision(Record, frozen=True, kw_only=True):
    """The action, its reason, and the resulting wording. In a conflict it is that of --ours.

    `edits` counts somebody's changes that stay.
    """

    action: Action
    reason: str
    wording: Wording
    edits: int = 0


class Base(Record, frozen=True, kw_only=True):
    """The common ancestor of both sides, as our generated text and the titles it may have."""

    generated: Wording
    titles: tuple[str, ...]


def decide(ours: Wording, remote: RemotePost | None, known: Publication | None, side: Side | None = None) -> Decision:
    """Decide from our wording, the remote post and the record.

    `side` resolves conflicts, unknown origins, and posts that somebody removed.
    """
    if remote is None:
        return _absent(ours, known, side)
    match remote.state:
        case State.WAITING:
            return Decision(action=Action.LEAVE, reason="it waits for a moderator's approval", wording=remote.wording)
        case State.DELETED:
            return _removed("it was deleted", ours, side, may_create=remote.is_replaceable)
        case State.FOREIGN:
            return _removed(remote.reason, ours, side)
        case State.UNREADABLE:
            return _by_side(
                side,
                ours=(Action.CREATE, ours, f"{remote.reason}; --ours posts it anyway"),
                theirs=(ours, f"{remote.reason}; --theirs publishes nothing"),
                ask=f"{remote.reason}; look there, then decide with --theirs (it waits) or --ours (post it)",
            )
    if is_same(remote.wording, ours):
        return Decision(action=Action.LEAVE, reason="it is up to date", wording=remote.wording)
    decision = _changed(ours, remote, known, side)
    if remote.state is State.ARCHIVED and decision.action is Action.UPDATE:
        return _by_side(
            side,
            ours=(Action.CONFLICT, decision.wording, ""),
            theirs=(remote.wording, "the topic is archived"),
            ask="the topic is archived, so nobody may edit it: unarchive it, or leave it with --theirs",
        )
    return decision


def is_same(one: Wording, other: Wording) -> bool:
    """Tell whether two wordings differ at most in what a forum changes by itself."""
    return is_same_title(one.title, other.title) and is_same_text(one.text, other.text)


def check_length(decision: Decision, ours: Wording, limit: int, section: str = "forum") -> Decision:
    """Return the decision, or a conflict where somebody's edits make the text longer than `limit`."""
    excess = len(decision.wording.text) - limit
    if decision.action is not Action.UPDATE or excess <= 0 or len(ours.text) > limit:
        return decision  # the lint reports a text that is too long by itself
    reason = (
        f"merged with somebody's edits it has {limit + excess:,} characters, but there is room for {limit:,}; set "
        f"{section}.max_post_length in weekly.toml to {len(ours.text) - excess} or less, so that more of it is shortened"
    )
    return Decision(action=Action.CONFLICT, reason=reason, wording=decision.wording)


def difference(before: Wording | None, after: Wording, *, names: tuple[str, str]) -> str:
    """Return the changes of title and text as a diff."""
    return merge.diff(_page(before) if before else "", _page(after), names=names)


def base_of(remote: RemotePost, known: Publication | None) -> Base | None:
    """Return the common ancestor of our text and the remote one, or None if unknown.

    An attempt counts only once its text is at the target. Until then the last known state is the ancestor.
    """
    theirs = remote.wording
    own = Base(generated=theirs, titles=(theirs.title,)) if remote.is_untouched else None
    if known is None:
        return own
    if known.attempt is not None and _has_arrived(known.attempt, theirs, known.remote):
        sent = known.attempt.sent.title
        titles = (known.stored_title, sent) if sent != known.remote.title else (known.stored_title,)
        return Base(generated=known.attempt.generated, titles=titles)
    if known.stage is Stage.SENDING and own and not is_same_text(theirs.text, known.remote.text):
        return own  # another run created the post first, with another text
    return Base(generated=known.generated, titles=(known.stored_title,))


def stored_title_of(
    ours: Wording, decision: Decision, before: RemotePost | None, after: RemotePost, base: Base | None
) -> str:
    """Return our title as the target stores it, "" if unknown. Any other title is somebody's edit."""
    title = after.wording.title
    if title == ours.title or before is None or decision.wording.title != before.wording.title:
        return title  # it is ours, or we have just written it
    if base is None:
        return ""
    return title if title in base.titles else base.titles[-1]


def _absent(ours: Wording, known: Publication | None, side: Side | None) -> Decision:
    if known is not None and known.stage is Stage.WAITING:
        return _removed("it waited for approval and is gone, so a moderator rejected it", ours, side)
    if known is not None and known.stage is Stage.PUBLISHED:
        return _removed(f"it was at {known.url} and is gone", ours, side, is_hidden=True)
    return Decision(action=Action.CREATE, reason="the week has no post yet", wording=ours)


def _removed(
    what: str, ours: Wording, side: Side | None, *, may_create: bool = True, is_hidden: bool = False
) -> Decision:
    """Decide on a post that somebody removed. Creating another is advised only where the target takes one."""
    again = f" or --ours (a new one{', unless the forum only hides the old one' if is_hidden else ''})"
    return _by_side(
        side,
        ours=(Action.CREATE if may_create else Action.CONFLICT, ours, f"{what}; --ours creates it again"),
        theirs=(ours, f"{what}; --theirs publishes nothing"),
        ask=f"{what}: restore it there, or decide with --theirs (no post){again if may_create else ''}",
    )


def _by_side(
    side: Side | None, *, ours: tuple[Action, Wording, str], theirs: tuple[Wording, str], ask: str
) -> Decision:
    """Return what a side decides, with its wording and reason, or the conflict that asks for a side."""
    action, wording, reason = ours
    if side is Side.THEIRS:
        return Decision(action=Action.LEAVE, reason=theirs[1], wording=theirs[0])
    if side is None or action is Action.CONFLICT:
        return Decision(action=Action.CONFLICT, reason=ask, wording=wording)
    return Decision(action=action, reason=reason, wording=wording)


def _changed(ours: Wording, remote: RemotePost, known: Publication | None, side: Side | None) -> Decision:
    """Decide where our text and the remote one differ."""
    theirs = remote.wording
    base = base_of(remote, known)
    if base is None:
        return _by_side(
            side,
            ours=(Action.UPDATE, ours, "--ours replaces the text there"),
            theirs=(theirs, "--theirs leaves the text there"),
            ask="somebody edited the text there, and no record says what was published; decide with --theirs (keep it) or "
            "--ours (replace it)",
        )
    merged = merge.merge(base.generated.text, ours.text, theirs.text, side=side or Side.OURS)
    is_their_title = not any(is_same_title(theirs.title, title) for title in base.titles)
    is_our_title = not is_same_title(ours.title, base.generated.title)
    is_clash = is_their_title and is_our_title and not is_same_title(ours.title, theirs.title)
    title = ours.title if is_our_title and not (is_clash and side is Side.THEIRS) else theirs.title
    wording = Wording(title=title, text=stored(merged.text))
    places = len(merged.conflicts)
    if (places or is_clash) and side is None:
        what = " and ".join(["title"] * is_clash + [f"{numbered(places, 'place')} of the text"] * bool(places))
        reason = f"somebody edited the same {what} that changed here too; decide with --theirs or --ours"
        return Decision(action=Action.CONFLICT, reason=reason, wording=wording)
    edits = merge.count_changes(base.generated.text, theirs.text) + is_their_title
    edits = max(edits - (places + is_clash) * (side is Side.OURS), 0)
    is_edited = is_their_title or not is_same_text(theirs.text, base.generated.text)
    if is_same(wording, theirs):
        reason = "nothing is new, and somebody's edits stay" if is_edited else "nothing is new"
        return Decision(action=Action.LEAVE, reason=reason, wording=theirs, edits=edits)
    reason = "something is new" + (", merged with somebody's edits" if is_edited else "")
    reason += f"; where both changed the same, --{side} decided" if places or is_clash else ""
    return Decision(action=Action.UPDATE, reason=reason, wording=wording, edits=edits)


def _has_arrived(attempt: Attempt, theirs: Wording, before: Wording) -> bool:
    """Tell by text or title whether an attempted write is at the target."""
    if not is_same_text(theirs.text, attempt.sent.text):
        return False
    return not is_same_text(theirs.text, before.text) or is_same_title(theirs.title, attempt.sent.title)


def _page(wording: Wording) -> str:
    return f"Title: {wording.title}\n\n{wording.text}"
