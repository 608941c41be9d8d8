"""Select the week's new videos from channels and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase

import msgspec
from msgspec.structs import replace

from weekly.compose.sources import late_day
from weekly.compose.week_facts import Report, WeekFacts
from weekly.config.external import ChannelConfig, VideosConfig
from weekly.model import FeedItem, NewVideos, Video
from weekly.notes.file import VideoNote
from weekly.text import english
from weekly.text.markdown import Markdown, bare
from weekly.text.patterns import lazy_pattern

_ID = lazy_pattern(
    r"https?://(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:\S*&)?v=|embed/|shorts/|live/|v/)|youtu\.be/)"
    r"([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])"
)
_LIVE = lazy_pattern(r"\blive[ -]?stream(?:s|ed|ing)?\b|\N{LARGE RED CIRCLE}", re.IGNORECASE)


class _Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A video of a channel. `rule` leaves it out."""

    by: Markdown
    video: Video
    rule: str = ""


def new_videos(config: VideosConfig, facts: WeekFacts) -> tuple[NewVideos, ...]:
    """Return the week's videos by their makers, those of the notes before the channels' others by date.

    A channel's fault is no problem where the notes name the week's videos.
    """
    notes = facts.notes.videos
    published = _published(config, facts if notes is None else replace(facts, report=Report()))
    noted = {_identity(note.url): note for note in notes or ()}
    shown = {key: _noted(note, published.get(key), config) for key, note in noted.items() if note.show}
    shown |= {key: one for key, one in published.items() if key not in noted and not one.rule}
    for key, one in published.items():
        if key not in shown:
            why = "the editor's notes" if key in noted else f"the rule '{one.rule}'"
            facts.report.left_out.append(f"video {one.video.title!r} ({one.video.url}): by {why}")
    return _groups(list(shown.values()))


def _published(config: VideosConfig, facts: WeekFacts) -> dict[str, _Candidate]:
    """Return the channels' videos by their identity, the oldest first."""
    snapshot = facts.snapshot
    items: list[tuple[FeedItem, ChannelConfig]] = []
    for channel in config.channels:
        feed = facts.find(snapshot.feeds, channel.url, required=channel.required)
        items += [(item, channel) for item in ((*feed.items, *feed.late) if feed else ())]
    published: dict[str, _Candidate] = {}
    for item, channel in sorted(items, key=lambda pair: (pair[0].published, pair[0].key)):
        day = late_day(item, snapshot.week)
        text = Markdown(f"Published on {day}:") if day else Markdown()
        rules = config.leave_out if channel.leave_out is None else channel.leave_out
        candidate = _Candidate(
            by=config.by if channel.by is None else channel.by,
            video=Video(url=bare(item.url), title=item.title, text=text),
            rule=next((rule for rule in rules if _fits(rule, item, snapshot.gathered_at)), ""),
        )
        published.setdefault(_identity(item.url or item.key), candidate)
    return published


def _noted(note: VideoNote, known: _Candidate | None, config: VideosConfig) -> _Candidate:
    """Return a video of the notes, with its channel's title."""
    video = Video(url=bare(note.url), title=known.video.title if known else "", text=Markdown(note.text.strip()))
    return _Candidate(by=note.by or (known.by if known else config.by), video=video)


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
