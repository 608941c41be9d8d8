"""Image indexes over real HTTP: what is read, compared, archived and shown, and what a broken one costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.conftest import NOW, Weekly
from tests.support.server import Request, Response, Server, serving
from tests.support.week_facts import facts_of
from weekly.compose.sources import MOST_LISTED, index
from weekly.config.external import WebAddress
from weekly.config.sections import IndexConfig
from weekly.files.decode import json_text
from weekly.gather import indexes
from weekly.gather.external import merge_archived, with_source_weeks
from weekly.http.clock import Clock
from weekly.http.fetch import Bounds, Session
from weekly.model import Block, Image, IndexWeek, Reach, Severity, Snapshot, Source
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
INDEX, IMAGES = "/streams/v1/index.json", "/streams/v1/images.json"


def product(os: str, release: str, arch: str, variant: str = "default", **more: Any) -> dict[str, Any]:
    """A product as image servers publish it."""
    items = {
        "lxd.tar.xz": {"ftype": "lxd.tar.xz", "path": f"images/{os}/{arch}/lxd.tar.xz", "sha256": "0" * 64, "size": 876}
    }
    return {
        "aliases": f"{os.lower()}/{release}", "arch": arch, "os": os, "release": release, "release_title": release,
        "requirements": {}, "variant": variant, "versions": {"20230402_13:00": {"items": items}},
    } | more  # fmt: skip


def files(*products: dict[str, Any]) -> dict[str, Any]:
    """The two files of an image server."""
    named = {f"{str(one['os']).lower()}:{one['release']}:{one['arch']}:{one['variant']}": one for one in products}
    entry = {"datatype": "image-downloads", "path": IMAGES[1:], "format": "products:1.0", "products": [*named]}
    return {
        INDEX: {"index": {"images": entry}, "format": "index:1.0"},
        IMAGES: {"content_id": "images", "datatype": "image-downloads", "format": "products:1.0", "products": named},
    }


LAST = files(
    product("Alpine", "3.9", "amd64"),
    product("Alpine", "3.22", "amd64"),
    product("Ubuntu", "noble", "amd64", release_title="24.04"),
)
THIS = files(
    product("Alpine", "3.22", "amd64"),
    product("Alpine", "3.22", "amd64", "tinycloud"),
    product("Ubuntu", "noble", "amd64", release_title="24.04 LTS"),
    *(product("ubuntu", "resolute", arch, release_title="26.04") for arch in ("arm64", "amd64")),
    *(product("ubuntu", "resolute", arch, "cloud", release_title="26.04") for arch in ("arm64", "amd64")),
    product("NixOS", "unstable", "amd64", release_title="NixOS Unstable"),
    product("Gentoo", "current", "amd64", versions={}),
)


class Pages(dict[str, Any]):
    """What the server answers by path: a value as JSON, bytes as they are, or a response."""

    def __call__(self, request: Request) -> Response:
        answer = self.get(request.path, Response(status=404))
        if isinstance(answer, bytes):
            return Response(body=answer)
        return answer if isinstance(answer, Response) else Response.of_json(answer)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(Server(Pages())) as server:
        yield server


Read = Callable[[Mapping[str, Any]], IndexWeek]


@pytest.fixture
def read(server: Server) -> Read:
    def reading(pages: Mapping[str, Any], *, now: datetime = NOW, bounds: Bounds | None = None) -> IndexWeek:
        server.answer = Pages(pages)
        session = Session(clock=Clock(now.timestamp), max_wait=0, bounds=bounds)
        (week,) = indexes.read(IndexConfig(url=WebAddress(server.url)), session, [WEEK])
        return week

    return reading


def snapshot(week: Week, *answers: IndexWeek, gathered_at: datetime = NOW) -> Snapshot:
    bare = Snapshot(schema_version=1, week=week, source=Source.REST, gathered_at=gathered_at, repos=())
    return with_source_weeks(bare, answers)


def shown(snapshot: Snapshot) -> tuple[tuple[str, ...] | None, str]:
    """The section's bullets, and its problems."""
    config = IndexConfig(url=WebAddress(snapshot.indexes[0].source))
    facts = facts_of(snapshot)
    sections = index(config, facts)
    assert all(problem.severity is Severity.NOTED for problem in facts.report.problems)
    block = sections[0] if sections else None
    return (block.entries if isinstance(block, Block) else None), " ".join(map(str, facts.report.problems))


def test_the_changes_since_last_week_are_grouped_and_sorted(read: Read) -> None:
    """A new title is no new image, a product without versions is none, and 3.9 comes before 3.22."""
    last = snapshot(WEEK.shifted(-1), read(LAST))
    this = indexes.compare(snapshot(WEEK, read(THIS)), [last])
    assert shown(this) == (
        (
            "Added Alpine 3.22 tinycloud (amd64)",
            "Added NixOS Unstable (amd64)",
            "Added Ubuntu 26.04 (amd64, arm64)",
            "Removed Alpine 3.9 (amd64)",
        ),
        "",
    )
    assert this.indexes[0].since == WEEK.shifted(-1).monday
    assert shown(indexes.compare(snapshot(WEEK, read(LAST)), [last])) == ((), "")


def test_the_archive_has_one_small_stable_record_for_each_image(read: Read) -> None:
    """Versions, sizes and the order of the files change daily, the archive doesn't."""
    reversed_files = {path: json.loads(json.dumps(page)) for path, page in THIS.items()}
    products = reversed_files[IMAGES]["products"]
    reversed_files[IMAGES]["products"] = dict(reversed(products.items()))
    products["alpine:3.22:amd64:default"]["versions"]["20230403_13:00"] = {"items": {}}
    assert json_text(read(reversed_files)) == json_text(read(THIS))
    many = files(*(product(f"Os{n}", "1", arch) for n in range(150) for arch in ("amd64", "arm64")))
    assert len(json_text(read(many))) < 40_000


def test_a_first_reading_and_a_gap_are_reported(read: Read) -> None:
    first = indexes.compare(snapshot(WEEK, read(THIS)), [])
    assert shown(first) == (
        None,
        f"{first.indexes[0].source}: is read for the first time, so its changes aren't known yet",
    )
    old = [snapshot(WEEK.shifted(-3), read(LAST)), snapshot(WEEK.shifted(-1), read({}))]
    entries, problems = shown(indexes.compare(snapshot(WEEK, read(THIS)), old))
    assert entries is not None
    assert "last read in the week of 2023-03-06" in problems


def test_a_month_has_the_changes_of_its_weeks_without_what_came_and_went(read: Read) -> None:
    """Alpine 3.9 goes in the second week and comes back in the fourth. The third can't be read."""
    both = files(*LAST[IMAGES]["products"].values(), *THIS[IMAGES]["products"].values())
    weeks: list[Snapshot] = []
    for number, pages in enumerate((LAST, THIS, {}, both)):
        weeks.append(indexes.compare(snapshot(WEEK.shifted(number), read(pages)), weeks))
    month = indexes.joined([week.indexes[0] for week in weeks])
    assert ([image.name for image in month.added], month.removed) == (
        ["Alpine 3.22", "NixOS Unstable", "Ubuntu 26.04", "Ubuntu 26.04"],
        (),
    )
    assert month.since == WEEK.monday
    assert month.problem is not None
    assert "for the first time" in month.problem.what
    assert indexes.joined([weeks[1].indexes[0]]) == weeks[1].indexes[0]
    assert indexes.joined([weeks[0].indexes[0]]) == weeks[0].indexes[0]


def test_an_older_week_is_not_given_the_images_of_today(read: Callable[..., IndexWeek]) -> None:
    late = read(THIS, now=datetime(2023, 4, 10, tzinfo=UTC))
    assert (late.reach, late.images) == (Reach.TOO_SHORT, ())
    assert shown(snapshot(WEEK, late))[1].startswith(f"{late.source}: shows the images of today")
    assert read(THIS, now=datetime(2023, 4, 9, 23, 59, tzinfo=UTC)).images


def test_a_complete_week_stays_as_it_was_read(read: Read) -> None:
    old = indexes.compare(snapshot(WEEK, read(THIS)), [snapshot(WEEK.shifted(-1), read(LAST))])
    new = indexes.compare(snapshot(WEEK, read(LAST)), [snapshot(WEEK.shifted(-1), read(LAST))])
    assert merge_archived(old, new).indexes == old.indexes
    provisional = snapshot(WEEK, *old.indexes, gathered_at=WEEK.start)
    assert merge_archived(provisional, new).indexes == new.indexes


def test_a_long_list_is_cut_and_its_rest_is_explained(read: Read) -> None:
    many = files(*(product("Os", str(number), "amd64") for number in range(MOST_LISTED + 3)))
    this = indexes.compare(snapshot(WEEK, read(many)), [snapshot(WEEK.shifted(-1), read(LAST))])
    entries, _ = shown(this)
    assert entries is not None
    assert (len(entries), entries[-1]) == (MOST_LISTED + 1, "… and 6 more")


def entry(**fields: Any) -> dict[str, Any]:
    return {INDEX: {"index": {"images": {"datatype": "image-downloads", "path": IMAGES[1:]} | fields}}}


def one(**fields: Any) -> dict[str, Any]:
    return files(product("Alpine", "3.22", "amd64") | fields)


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({}, "answered 404"),
        ({INDEX: b""}, "is no file of simplestreams"),
        ({INDEX: b"<html>"}, "is no file of simplestreams"),
        ({INDEX: []}, "Expected `object`"),
        ({INDEX: {}}, "missing required field `index`"),
        ({INDEX: b'{"x": ' + b"[" * 200_000}, "recursion"),
        ({INDEX: b'{"index": {"a": {"path": "a", "path": "b"}}}'}, "offers no images"),
        ({INDEX: b"\xff\xfe\x00"}, "is no file of simplestreams"),
        ({INDEX: Response(status=302, headers={"location": "https://elsewhere.example/"})}, "leads to another site"),
        ({INDEX: Response(status=302, headers={"location": INDEX})}, "redirected more than"),
        (entry(path=7), "Expected `str`"),
        (entry(path="//elsewhere.example/x"), "which is no file of its own"),
        (entry(path="https://elsewhere.example/x"), "which is no file of its own"),
        (entry(path="../private.json"), "which is no file of its own"),
        (entry(path="http://["), "which is no file of its own"),
        (entry(datatype="image-ids"), "offers no images"),
        (
            {INDEX: {"index": {str(n): {"path": f"{n}", "datatype": "image-downloads"} for n in range(11)}}},
            "more than 10 files",
        ),
        (entry(), "answered 404"),
        (entry() | {IMAGES: b'{"products": NaN}'}, "is no file of simplestreams: JSON is malformed"),
        (entry() | {IMAGES: b'{"products": {"a": {"os": 1' + b"0" * 5000 + b"}}}"}, "is no file of simplestreams"),
        (files(), "offers no images"),
        (one(os=None), "Expected `str`"),
        (one(versions=[]), "Expected `object`"),
        (one(release=3.22), "Expected `str`"),
        (one(os="\u202e \0"), "without a name"),
    ],
)
def test_a_broken_index_is_a_noted_problem(read: Read, pages: Mapping[str, Any], reason: str) -> None:
    week = read(pages)
    assert (week.reach, week.images) == (Reach.FAILED, ())
    assert week.problem is not None
    assert reason in week.problem.what
    assert week.problem.severity is Severity.NOTED
    assert "\n" not in str(week.problem)


def test_a_required_index_that_is_broken_blocks(server: Server) -> None:
    server.answer = Pages()
    config = IndexConfig(url=WebAddress(server.url), required=True)
    (week,) = indexes.read(config, Session(clock=Clock(NOW.timestamp), max_wait=0), [WEEK])
    assert week.problem is not None
    assert week.problem.severity is Severity.BLOCKS


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [(Bounds(most_bytes=1_000), "larger than"), (Bounds(deadline=0.2), "within 0.2 s")],
)
def test_a_huge_or_endless_index_is_left_unread(read: Callable[..., IndexWeek], bounds: Bounds, reason: str) -> None:
    endless = {INDEX: Response(body=b"[" * 5_000, drip=0.02 if bounds.deadline < 1 else 0)}
    week = read(endless, bounds=bounds)
    assert week.problem is not None
    assert reason in week.problem.what


def test_names_stay_text_and_a_broken_index_never_costs_the_post(
    weekly: Weekly, github: Server, server: Server
) -> None:
    """Markup in names is escaped; once the index breaks, the week keeps what was read."""
    weekly.environment = {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken"}
    weekly.clock = NOW.timestamp
    settings = weekly.folder / "weekly.toml"
    section = f'[[sections]]\nkind = "index"\nheading = "Images"\nurl = "{server.url}/streams/v1/index.json"\n'
    settings.write_text(settings.read_text("utf-8").replace("[ledger]", f"{section}\n[ledger]", 1), "utf-8")

    server.answer = Pages({INDEX: b"oops"})
    broken = weekly("render", "2023-03-27")
    assert (broken.code, "# Images" in broken.out) == (0, False)
    assert "is no file of simplestreams" in broken.err

    weekly.now, weekly.clock = datetime(2023, 3, 27, 6, tzinfo=UTC), datetime(2023, 3, 27, 6, tzinfo=UTC).timestamp
    server.answer = Pages(files(product("Old", "1", "amd64")))
    assert weekly("gather", "2023-03-20").code == 0
    weekly.now, weekly.clock = NOW, NOW.timestamp
    server.answer = Pages(files(product("@team <b>", "[1](https://evil.example)", "`amd64`", "\n# *x*")))
    assert "read again what had failed" in weekly("gather", "2023-03-27").err
    post = weekly("render", "2023-03-27").out
    added = "- Added @\u2060team \\<b\\> \\[1\\](https:\u2060//evil\\.example) # \\*x\\* (`amd64`)"
    assert f"# Images\n\n{added}\n- Removed Old 1 (amd64)\n" in post
    server.answer = Pages({})
    assert weekly("gather", "2023-03-27", "--refresh").code == 0
    assert weekly("render", "2023-03-27").out == post


def test_images_are_named_for_readers() -> None:
    named = [
        Image(os=os, release="r", title=title, archs=()).name
        for os, title in (("ubuntu", "26.04"), ("NixOS", "NixOS U"))
    ]
    assert named == ["Ubuntu 26.04", "NixOS U"]
