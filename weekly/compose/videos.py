"""Select the week's new videos from channels and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase

import msgspec

from weekly.compose.feeds import late_day
from weekly.compose.result import archived_source
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


class VideoSelection(msgspec.Struct, frozen=True, kw_only=True):
    """The videos by their makers, the channels' problems, and what was left out and why."""

    groups: tuple[NewVideos, ...] = ()
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


class _Candidate(msgspec.Struct, frozen=True, kw_only=True):
    by: Markdown
    video: Video


class _Published(msgspec.Struct, frozen=True, kw_only=True):
    """The channels' videos by their identity, and the rule that leaves one out."""

    candidates: dict[str, _Candidate]
    rules: dict[str, str]


def select_videos(config: VideosConfig, snapshot: Snapshot, notes: Notes) -> VideoSelection:
    """Return the week's videos, those of the notes before the channels' others by date."""
    items, problems = _channel_items(config, snapshot, notes)
    published = _published(config, snapshot, items)
    candidates, rules = published.candidates, published.rules
    shown, hidden = _noted(config, notes, candidates)
    shown |= {
        key: candidate
        for key, candidate in candidates.items()
        if key not in shown and key not in rules and key not in hidden
    }
    left_out = [(key, f"the rule '{rule}'") for key, rule in rules.items() if key not in shown and key not in hidden]
    left_out += [(key, "the editor's notes") for key in hidden if key in candidates]
    return VideoSelection(
        groups=_groups(list(shown.values())),
        problems=tuple(problems),
        left_out=tuple(
            f"video {candidates[key].video.title!r} ({candidates[key].video.url}): by {why}" for key, why in left_out
        ),
    )


def _channel_items(
    config: VideosConfig, snapshot: Snapshot, notes: Notes
) -> tuple[list[tuple[FeedItem, ChannelConfig]], list[Problem]]:
    """Return the channels' items by date. A channel's fault is no problem where the notes name the week's videos."""
    items: list[tuple[FeedItem, ChannelConfig]] = []
    problems: list[Problem] = []
    for channel in config.channels:
        feed, faults = archived_source(snapshot.feeds, channel.url, snapshot, required=channel.required)
        problems += faults if notes.videos is None else ()
        items += [(item, channel) for item in ((*feed.items, *feed.late) if feed else ())]
    return sorted(items, key=lambda pair: (pair[0].published, pair[0].key)), problems


def _published(config: VideosConfig, snapshot: Snapshot, items: Sequence[tuple[FeedItem, ChannelConfig]]) -> _Published:
    published = _Published(candidates={}, rules={})
    for item, channel in items:
        key = _identity(item.url or item.key)
        if key in published.candidates:
            continue
        by = config.by if channel.by is None else channel.by
        day = late_day(item, snapshot.week)
        text = Markdown(f"Published on {day}:") if day else Markdown()
        published.candidates[key] = _Candidate(by=by, video=Video(url=bare(item.url), title=item.title, text=text))
        rules = config.leave_out if channel.leave_out is None else channel.leave_out
        if rule := next((rule for rule in rules if _fits(rule, item, snapshot.gathered_at)), ""):
            published.rules[key] = rule
    return published


def _noted(
    config: VideosConfig, notes: Notes, candidates: dict[str, _Candidate]
) -> tuple[dict[str, _Candidate], dict[str, None]]:
    """Return what the notes show, in their order, and what they hide."""
    shown: dict[str, _Candidate] = {}
    hidden: dict[str, None] = {}
    for note in notes.videos or ():
        key = _identity(note.url)
        if not note.show:
            hidden[key] = None
            continue
        known = candidates.get(key)
        by = note.by or (known.by if known else config.by)
        title = known.video.title if known else ""
        shown[key] = _Candidate(by=by, video=Video(url=bare(note.url), title=title, text=Markdown(note.text.strip())))
    return shown, hidden


def _groups(candidates: Sequence[_Candidate]) -> tuple[NewVideos, ...]:
    groups = []
    for by in dict.fromkeys(candidate.by for candidate in candidates):
        videos = tuple(candidate.video for candidate in candidates if candidate.by == by)
        groups.append(NewVideos(by=by, how_many=english.counted(len(videos), "new video"), videos=videos))
    return tuple(groups)


def _identity(url: str) -> str:
    """Return a video's id on YouTube, or else its address."""
    match = _ID.match(url)
    return match[1] if match else url


def _fits(rule: str, item: FeedItem, gathered_at: datetime) -> bool:
    """Return whether a rule matches a video, by its title and date, since feeds don't mark live streams."""
    title = item.title.lower()
    if rule == "shorts":
        return "/shorts/" in item.url or "#shorts" in title
    if rule == "live":
        return "/live/" in item.url or bool(_LIVE.search(title))
    if rule == "premieres":
        return item.published > gathered_at or bool(re.search(r"\bpremi[eè]re\b", title))
    return fnmatchcase(title, rule.lower())
