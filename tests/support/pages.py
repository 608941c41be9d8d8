"""A web on loopback next to GitHub: feeds and calendars by their paths, in the shapes that their makers serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from tests.support.server import Request, Response


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a feed."""

    key: str
    title: str
    published: datetime
    url: str = ""


@dataclass(kw_only=True)
class Pages:
    """What this web has: an answer, or what makes one, by path. Any other path is 404."""

    answers: dict[str, Response | Callable[[Request], Response]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Response:
        found = self.answers.get(request.path)
        if found is None:
            return Response(status=404, body=b"<html>nothing here</html>", headers={"content-type": "text/html"})
        return found if isinstance(found, Response) else found(request)


def channel(*entries: Entry) -> Response:
    """A channel's feed as YouTube serves it: newest first, with its own names for videos."""
    rows = "".join(
        f"<entry><id>yt:video:{one.key}</id><yt:videoId>{one.key}</yt:videoId><title>{escape(one.title)}</title>"
        f'<link rel="alternate" href="{escape(one.url or f"https://www.youtube.com/watch?v={one.key}")}"/>'
        f"<author><name>A channel</name></author><published>{one.published.isoformat()}</published>"
        f"<updated>{(one.published + timedelta(days=40)).isoformat()}</updated></entry>\n"
        for one in sorted(entries, key=lambda one: one.published, reverse=True)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>yt:channel:x</id><title>A channel</title>\n{rows}</feed>\n"
    )
    return Response(body=text.encode(), headers={"content-type": "text/xml; charset=UTF-8"})


def blog(*entries: Entry) -> Response:
    """A blog's RSS feed."""
    rows = "".join(
        f"<item><title>{escape(one.title)}</title><link>{escape(one.url)}</link><guid>{escape(one.key)}</guid>"
        f"<pubDate>{one.published:%a, %d %b %Y %H:%M:%S %z}</pubDate></item>\n"
        for one in entries
    )
    text = f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>A blog</title>\n{rows}</channel></rss>\n'
    return Response(body=text.encode(), headers={"content-type": "application/rss+xml"})


def calendar(*components: str) -> Response:
    """An iCalendar file of components, which are written without their folding."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//b//EN", *components, "END:VCALENDAR", ""]
    text = "\r\n".join("\r\n".join(line.split("\n")) for line in lines)
    return Response(body=text.encode(), headers={"content-type": "text/calendar; charset=utf-8"})


def event(**fields: str) -> str:
    """A VEVENT; `TZID` in a value such as `Europe/Berlin:20230401T100000` goes where it belongs."""
    rows = [f"{name.replace('_', '-')}{value if value[:1] in ';:' else ':' + value}" for name, value in fields.items()]
    return "\n".join(["BEGIN:VEVENT", "DTSTAMP:20230101T000000Z", *rows, "END:VEVENT"])


def older(count: int, before: datetime) -> tuple[Entry, ...]:
    """As many videos, one a week, the newest a week before an instant."""
    return tuple(
        Entry(key=f"older{number:06d}", title=f"Older {number}", published=before - timedelta(weeks=number))
        for number in range(1, count + 1)
    )


def body_of(response: Response) -> bytes:
    assert response.body is not None
    return response.body


WEEK_START = datetime(2023, 3, 27, tzinfo=UTC)
