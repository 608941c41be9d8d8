"""The week's new videos: what channels published, by rule, and what the editor names and says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase

import msgspec

from weekly.compose.result import heard
from weekly.config.external import ChannelConfig, VideosConfig
from weekly.model import FeedItem, NewVideos, Problem, Snapshot, Video
from weekly.notes.file import Notes
from weekly.text import english
from weekly.text.markdown import Markdown, bare

_ID = re.compile(
    r"https?://(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:\S*&)?v=|embed/|shorts/|live/|v/)|youtu\.be/)"
    r"([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])"
)
_LIVE = re.compile(r"\blive[ -]?stream(?:s|ed|ing)?\b|\N{LARGE RED CIRCLE}", re.IGNORECASE)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The videos by their makers, what is wrong with the channels, and what isn't told and why."""

    groups: tuple[NewVideos, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


class _Candidate(msgspec.Struct, frozen=True, kw_only=True):
    by: Markdown
    video: Video


def tell(config: VideosConfig, snapshot: Snapshot, notes: Notes) -> Told:
    """The week's videos: those that the notes name, in their order, then the channels' others by date."""
    found: dict[str, _Candidate] = {}
    ruled: dict[str, str] = {}
    problems: list[Problem] = []
    for item, channel in _published(config, snapshot, notes, problems):
        key = _key(item.url or item.key)
        if key in found:
            continue
        by = config.by if channel.by is None else channel.by
        found[key] = _Candidate(by=by, video=Video(url=bare(item.url), title=item.title))
        rules = config.leave_out if channel.leave_out is None else channel.leave_out
        if why := _rule(item, rules, snapshot.gathered_at):
            ruled[key] = why
    told, hidden = _noted(config, notes, found)
    told |= {key: one for key, one in found.items() if key not in told and key not in ruled and key not in hidden}
    left = [(key, f"the rule '{why}'") for key, why in ruled.items() if key not in told and key not in hidden]
    left += [(key, "the editor's notes") for key in hidden if key in found]
    return Told(
        groups=_groups(list(told.values())),
        problems=tuple(problems),
        left_out=tuple(f"video {found[key].video.title!r} ({found[key].video.url}): by {why}" for key, why in left),
    )


def _published(
    config: VideosConfig, snapshot: Snapshot, notes: Notes, problems: list[Problem]
) -> list[tuple[FeedItem, ChannelConfig]]:
    """The channels' items by date. What a channel can't tell is no problem where the notes name the week's videos."""
    items = []
    for channel in config.channels:
        feed, wrong = heard(snapshot.feeds, channel.url, snapshot, required=channel.required)
        problems += wrong if notes.videos is None else ()
        items += [(item, channel) for item in (feed.items if feed else ())]
    return sorted(items, key=lambda one: (one[0].published, one[0].key))


def _noted(
    config: VideosConfig, notes: Notes, found: dict[str, _Candidate]
) -> tuple[dict[str, _Candidate], dict[str, None]]:
    """What the notes tell, in their order, and what they want hidden."""
    told: dict[str, _Candidate] = {}
    hidden: dict[str, None] = {}
    for note in notes.videos or ():
        key = _key(note.url)
        if not note.show:
            hidden[key] = None
            continue
        known = found.get(key)
        by = note.by or (known.by if known else config.by)
        title = known.video.title if known else ""
        told[key] = _Candidate(by=by, video=Video(url=bare(note.url), title=title, text=Markdown(note.text.strip())))
    return told, hidden


def _groups(told: Sequence[_Candidate]) -> tuple[NewVideos, ...]:
    groups = []
    for by in dict.fromkeys(one.by for one in told):
        videos = tuple(one.video for one in told if one.by == by)
        groups.append(NewVideos(by=by, how_many=english.counted(len(videos), "new video"), videos=videos))
    return tuple(groups)


def _key(url: str) -> str:
    """What tells one video from another, however its address is written."""
    match = _ID.match(url)
    return match[1] if match else url


def _rule(item: FeedItem, rules: Sequence[str], gathered_at: datetime) -> str:
    """The first rule by which a video is left out, empty where none fits."""
    return next((rule for rule in rules if _fits(rule, item, gathered_at)), "")


def _fits(rule: str, item: FeedItem, gathered_at: datetime) -> bool:
    """Whether a rule means a video. The feed names no premieres or live streams: their titles or dates do."""
    title = item.title.lower()
    if rule == "shorts":
        return "/shorts/" in item.url or "#shorts" in title
    if rule == "live":
        return "/live/" in item.url or bool(_LIVE.search(title))
    if rule == "premieres":
        return item.published > gathered_at or bool(re.search(r"\bpremi[eè]re\b", title))
    return fnmatchcase(title, rule.lower())
