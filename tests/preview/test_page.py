"""The page against what it promises: it looks right, tells why, asks for nothing, and nothing in it can run."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT, Weekly
from tests.support.facts import MISSING, SHARED, real_pulls, sample
from tests.support.preview_pages import ATTACKS, FINDINGS, TOPIC, VIDEO, WEEK, Read, composed, hostile, post, pull, rich
from weekly import config
from weekly.model import (
    Block,
    Finding,
    Highlight,
    Highlights,
    Kind,
    Placement,
    Severity,
    Upstream,
    UpstreamProject,
    Verdict,
    Words,
)
from weekly.pipeline.context import Project
from weekly.pipeline.post import post_of
from weekly.preview.annotations import BulletNote, annotate, with_notes
from weekly.preview.page import preview
from weekly.render.post import to_markdown
from weekly.text.forum_markdown import parser
from weekly.text.markdown import Markdown
from weekly.week import Week

IMPROVEMENT = Verdict(kind=Kind.IMPROVEMENT, rule="label", evidence="Feature")


def page_of(text: str) -> Read:
    return Read(preview(post(Block(heading="Text", text=Markdown(text))), TOPIC))


def cooked(text: str) -> str:
    page = preview(post(Block(heading="Text", text=Markdown(text))), TOPIC)
    return page.partition('<div class="cooked">')[2].partition("</article>")[0]


# As on the forum -----------------------------------------------------------------------------------------------------


def test_title_category_and_day_are_above_the_post() -> None:
    page = Read(rich())
    assert ("h1", {}) in page.elements
    assert page.text.count("Weekly status #292") == 2, "in the tab and in the page"
    for words in ("News", "weekly", "lxd", "forum.example", "3rd April 2023"):
        assert words in page.text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo", "one<br>\ntwo"),
        ("it's ... (tm)", "it’s … ™"),
        ("see foo.io", '<a href="http://foo.io"'),
        ("thanks @some.body!", 'thanks <span class="mention">@some.body</span>!'),
        ("a `@code` span", "<code>@code</code>"),
        ("[@linked](https://example.org)", ">@linked</a>"),
        ("mail a@example", "<p>mail a@example</p>"),
        ("@\u2060guarded", "<p>@\u2060guarded</p>"),
        ("<a href='https://example.org'>@raw</a>", ">@raw</a>"),
        ('[details="More"]\n- a\n[/details]', "<details><summary>More</summary>\n<ul>\n<li>a</li>\n</ul>\n</details>"),
        ("[details]\na\n[/details]", "<details><summary>Summary</summary>"),
        ("[details=a]\n[details=b]\nc\n[/details]\n[/details]", "<summary>a</summary>\n<details><summary>b</summary>"),
        ("text\n[details=a]\nb\n[/details]", "<p>text</p>\n<details><summary>a</summary>"),
        ("[details=a]\nnever closed", "<p>[details=a]<br>\nnever closed</p>"),
        ("<kbd>x</kbd>", "<kbd>x</kbd>"),
    ],
)  # fmt: skip
def test_text_renders_as_on_the_forum(text: str, html: str) -> None:
    assert html.replace("\n", "") in cooked(text).replace("\n", "")


@pytest.mark.parametrize(
    "url",
    [
        VIDEO,
        "https://youtu.be/aB3_dE-9xYz?t=3",
        "https://youtube.com/shorts/aB3_dE-9xYz",
        "https://m.youtube.com/watch?x=1&v=aB3_dE-9xYz",
    ],
)
def test_a_video_alone_on_its_line_becomes_a_card_with_its_id(url: str) -> None:
    page = page_of(f"before\n\n{url}\n\nafter")
    assert len(page.of_class("video")) == 1
    assert "aB3_dE-9xYz" in page.text


def test_a_card_has_the_title_that_the_post_knows() -> None:
    cards = re.findall(r'<p class="card-title">(.*?)</p>', rich())
    assert [Read(card).text for card in cards] == [
        "LXD 5.12 <live>",
        "https://youtu.be/zzzzzzzzzzz",
        "https://www.youtube.com/lxd-videos",
    ]


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("https://example.org/a", 1),
        ("text\nhttps://example.org/a\ntext", 1),
        ("https://example.org/a\nhttps://example.org/b", 2),
        ("see https://example.org/a", 0),
        ("[x](https://example.org/a)", 0),
        ("- https://example.org/a", 0),
        ("example.org", 0),
        ("https://[broken", 0),
    ],
)
def test_only_an_address_alone_on_its_line_becomes_a_card(text: str, cards: int) -> None:
    page = page_of(text)
    assert len(page.of_class("card")) == cards
    assert page.text.count("text") >= text.count("text")


# Explanations --------------------------------------------------------------------------------------------------------


def whys(page: str) -> list[tuple[str, str]]:
    """Each bullet's own words, and what its explanation says."""
    items = re.findall(r"<li>(?:(?!</li>).)*?<details class=\"why.*?</details></li>", page, re.DOTALL)
    cut = [item.partition('<details class="why') for item in items]
    return [
        (Read(before).text.strip(), " ".join(" ".join(Read(name + after).words).split())) for before, name, after in cut
    ]


def test_each_bullet_shows_kind_rule_evidence_and_position() -> None:
    made = composed(pull(7, "Add a thing", labels=("Feature",)), pull(9, "lxd: Fix a crash in `a_b`"))
    found = whys(preview(made, TOPIC))
    assert [bullet for bullet, _ in found] == [
        "Added a thing.", "Fixed a crash in a_b.", "Add a thing", "lxd: Fix a crash in a_b",
    ]  # fmt: skip
    for _, why in (found[0], found[2]):
        assert "Why: improvement" in why
        assert "canonical/lxd#7" in why
        assert "Rule label" in why
        assert "Feature" in why
        assert "Position LXD: Improvements Upstream changes: LXD" in why
    assert "bug fix" in found[1][1]


def test_only_unsure_and_edited_bullets_are_marked() -> None:
    pulls = [pull(number, f"Add {number}") for number in (1, 2, 3)]
    unsure = msgspec.structs.replace(IMPROVEMENT, sure=False, confidence=0.6)
    bullets = (
        Highlight(pulls=(pulls[0],), text="Added 1.", verdict=IMPROVEMENT),
        Highlight(pulls=(pulls[1],), text="Added 2.", verdict=unsure),
        Highlight(pulls=(pulls[2],), text=Markdown("Added 3."), verdict=IMPROVEMENT, words=Words.EDITOR),
    )
    placements = tuple(
        Placement(pull=one, verdict=verdict)
        for one, verdict in zip(pulls, (IMPROVEMENT, unsure, IMPROVEMENT), strict=True)
    )
    page = preview(post(Highlights(heading="LXD", improvements=bullets), placements=placements), TOPIC)
    notes = [
        given["class"].split() for tag, given in Read(page).elements if tag == "details" and "why" in given["class"]
    ]
    assert ["quiet" in classes for classes in notes] == [True, False, False]
    assert "unsure" in whys(page)[1][1]
    assert "edited" in whys(page)[2][1]


def test_every_bullet_of_a_real_week_has_an_explanation(archived: Weekly) -> None:
    assert archived("preview", "--week", "2023-03-27").code == 0
    page = (archived.folder / "preview" / "2023-03-27.html").read_text(encoding="utf-8")
    found = whys(page)
    refs = Counter(re.findall(r"\w+/[\w-]+#\d+", " ".join(why for _, why in found)))
    post = archived("render", "--week", "2023-03-27").out
    highlights = post.partition("# Contribute")[0].count("\n- ")
    assert len(found) == highlights + 10 > 12
    assert set(refs.values()) == {1, 2}, "in Upstream changes, and as a highlight"
    assert "Not in the post" not in page


def test_one_explanation_covers_all_pull_requests_of_a_bullet() -> None:
    pulls = (pull(1, "Add a"), pull(2, "Add b"))
    section = Highlights(
        heading="LXD", improvements=(Highlight(pulls=pulls, text="Added a and b.", verdict=IMPROVEMENT),)
    )
    placed = tuple(Placement(pull=one, verdict=IMPROVEMENT) for one in pulls)
    ((bullet, why),) = whys(preview(post(section, placements=placed), TOPIC))
    assert bullet == "Added a and b."
    assert "2 pull requests" in why
    assert why.index("canonical/lxd#1") < why.index("canonical/lxd#2")


def test_equal_texts_in_two_projects_have_separate_explanations() -> None:
    pulls = (pull(1, "Fix it"), pull(2, "Fix it"))
    sections = [
        Highlights(heading=name, improvements=(Highlight(pulls=(one,), text="Fixed it.", verdict=IMPROVEMENT),))
        for name, one in zip(("LXD", "LXC"), pulls, strict=True)
    ]
    placed = tuple(Placement(pull=one, verdict=IMPROVEMENT) for one in pulls)
    first, second = whys(preview(post(*sections, placements=placed), TOPIC))
    assert "canonical/lxd#1" in first[1]
    assert "canonical/lxd#2" in second[1]


def test_a_text_of_several_lines_has_its_explanation_at_the_end() -> None:
    text = Markdown("Added *a*:\n\n- inner one\n- inner two")
    section = Highlights(
        heading="LXD", improvements=(Highlight(pulls=(pull(1, "a"),), text=text, verdict=IMPROVEMENT),)
    )
    made = post(section, placements=(Placement(pull=pull(1, "a"), verdict=IMPROVEMENT),))
    margin = annotate(made, to_markdown(made))
    notes = [
        (token.level, token.meta["note"]) for token in with_notes(margin.tokens, margin.notes) if token.type == "note"
    ]
    assert len(notes) == 1
    assert isinstance(notes[0][1], BulletNote)
    assert margin.unlisted == ()


def test_unlisted_pull_requests_are_below_the_post() -> None:
    placed = Placement(pull=pull(5, "Hidden"), verdict=IMPROVEMENT, remarks=("base branch old is not shown",))
    page = Read(preview(post(placements=(placed,)), TOPIC)).text
    assert "Not in the post" in page
    assert page.index("Not in the post") < page.index("canonical/lxd#5") < page.index("base branch old is not shown")


def test_a_projects_own_template_keeps_the_explanations(tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "highlights.md.j2").write_text(
        "{% for highlight in section.improvements %}\n1. before\n\n{{ highlight.text | bullet }} (new)\n{% endfor %}\n"
    )
    made = composed(pull(7, "Add a thing", labels=("Feature",)))
    assert whys(preview(made, TOPIC, overrides=tmp_path))[0][0] == "Added a thing. (new)"


# Findings ------------------------------------------------------------------------------------------------------------


def test_findings_are_next_to_their_block_and_in_a_list() -> None:
    page = rich()
    read = Read(page)
    assert [attributes["id"] for attributes in read.of_class("finding")] == ["finding-1", "finding-2"]
    assert 'href="#finding-1"' in page
    assert re.search(r'id="finding-1".*?</div>\s*<p>This week', page, re.DOTALL), "before its paragraph"
    assert re.search(r'<li>\s*<div class="finding blocks".*?</div>\s*Fixed a crash', page, re.DOTALL), "in its bullet"
    for finding in FINDINGS:
        assert finding.message in read.text
        assert finding.hint in read.text
    assert "Gap lxc/lxcfs: was not found; gather it again" in read.text


def test_a_finding_for_each_kind_of_block() -> None:
    text = "# Head\n\ntext\n\n- a\n- b\n  more\n\n| a |\n|---|\n| b |\n\n```\ncode\n```\n\n> quote\n\n---\n"
    made = post(Block(heading="Text", text=Markdown(text)))
    lines = to_markdown(made).split("\n")
    findings = [
        Finding(line=number, rule="r", message=line or "blank", severity=Severity.NOTED)
        for number, line in enumerate(lines, 1)
    ]
    margin = annotate(made, "\n".join(lines), findings)
    assert {mark.finding.message for mark in margin.findings if not mark.has_block} <= {"blank"}
    assert Read(preview(made, TOPIC, findings=findings)).text.count("line ") >= len(findings)


# Nothing runs, nothing is asked for ----------------------------------------------------------------------------------


def test_untrusted_text_is_never_active() -> None:
    page = Read(hostile())
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "form", "base", "audio", "video"}
    assert page.tags <= {
        "html", "head", "meta", "link", "title", "style", "body", "a", "header", "main", "section", "article", "p", "b",
        "strong",         "h1", "h2", "ul", "li", "div", "span", "details", "summary", "dl", "dt", "dd", "code", "figure", "figcaption",
        "svg", "g", "rect", "line", "text", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [name for _, attributes in page.elements for name in attributes if name in ("style", "src", "srcset")]
    targets = {attributes["href"] for tag, attributes in page.elements if tag == "a"}
    assert not [target for target in targets if not target.startswith(("https://", "http://", "#"))]
    assert [tag for tag, _ in page.elements].count("style") == 1


def test_untrusted_text_stays_readable_everywhere() -> None:
    """In title, introduction, feed, calendar, bullet, evidence, finding and problem: as text, and whole."""
    text = Read(hostile()).text.replace("\u2060", "")
    for attack in ATTACKS[:4]:
        plain = attack.replace("'", "’")
        assert sum(text.count(one) for one in {attack, plain, attack.replace('"', "”")}) >= 10, attack


@pytest.mark.parametrize("text", ATTACKS)
def test_the_editors_markdown_is_sanitised(text: str) -> None:
    page = page_of(f"before\n\n{text}\n\nafter")
    assert not page.tags & {"script", "img", "iframe", "svg"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "before" in page.text
    assert "after" in page.text


@pytest.mark.parametrize(
    "tag", ["<iframe src='https://evil.example'>", "<noembed>", "<svg>", "<title>", "<select>", "<table"]
)
def test_a_tag_left_open_swallows_nothing(tag: str) -> None:
    one = pull(1, "Add a")
    text = Block(heading="Text", text=Markdown(f"before\n\n{tag}\n\nafter <xmp> it"))
    section = Highlights(heading="LXD", improvements=(Highlight(pulls=(one,), text="Added a.", verdict=IMPROVEMENT),))
    page = preview(post(text, section, placements=(Placement(pull=one, verdict=IMPROVEMENT),)), TOPIC)
    assert [bullet for bullet, _ in whys(page)] == ["Added a."]
    assert "after  it" in Read(page).text


def test_a_placeholder_cannot_be_forged() -> None:
    page = page_of("\ue0000\ue001 and \ue0001\ue001\n\n- https://example.org\n\nhttps://example.org/card")
    assert len(page.of_class("card")) == 1


def test_the_policy_permits_the_pages_own_style_and_nothing_else() -> None:
    page = rich()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.replace("&#39;", "'").split("; ") == [
        "default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data:", f"style-src 'sha256-{digest}'",
    ]  # fmt: skip
    assert "<script" not in page
    assert "url(" not in style
    assert "@import" not in style


def test_a_picture_is_a_link_and_no_request() -> None:
    page = page_of("![a diagram](https://example.org/a.png) <img src='https://example.org/b.png'>")
    assert "img" not in page.tags
    assert "Picture: a diagram" in page.text


def test_the_same_page_each_time() -> None:
    assert rich() == rich()
    assert hostile() == hostile()


@pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)
def test_the_largest_week_takes_a_few_times_what_its_markdown_takes() -> None:
    """By this machine's own measure, in time of this process: others may be at work on it, and it may be slow."""
    pulls = list(real_pulls())
    weeks = Counter(Week.of_instant(one.merged_at) for one in pulls)
    week, count = weeks.most_common(1)[0]
    settings = config.load(ROOT / "weekly.toml")
    repos = tuple(str(repository.repo) for repository in settings.repositories)
    snapshot = sample(week, repos, iter(pulls), datetime(2026, 1, 1, tzinfo=UTC))
    made = post_of(snapshot, Project(root=ROOT, config=settings))
    text = to_markdown(made)

    def seconds(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    least = min(seconds(lambda: parser().render(text)) for _ in range(3))
    assert min(seconds(lambda: preview(made, TOPIC)) for _ in range(3)) < 20 * least  # it takes five
    page = preview(made, TOPIC)
    shown = [placement for placement in made.placements if placement.places]
    assert len(shown) > 40 <= count
    assert page.count('class="ref"') >= len(shown)


# The command ---------------------------------------------------------------------------------------------------------


def test_the_written_path_is_relative_to_the_current_folder(archived: Weekly, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archived.folder)
    assert archived("preview", "--week", "2023-03-27").err == "weekly: wrote preview/2023-03-27.html\n"


def test_output_names_the_page(archived: Weekly, tmp_path: Path) -> None:
    ran = archived("preview", "--week", "2023-03-27")
    path = archived.folder / "preview" / "2023-03-27.html"
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "weekly: wrote preview/2023-03-27.html\n"
    assert archived("preview", "--week", "2023-03-27", "-o", str(tmp_path / "a" / "page.html")).code == 0
    assert (tmp_path / "a" / "page.html").read_bytes() == path.read_bytes()
    assert archived("preview", "--week", "2023-03-27", "-o", "-").out == path.read_text(encoding="utf-8")


def test_a_week_with_a_gap_is_shown_and_ends_with_1(archived: Weekly) -> None:
    path = archived.folder / "archive" / "2023-03-27.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"lxc/lxcfs"', '"lxc/other"', 1), encoding="utf-8")
    ran = archived("preview", "--week", "2023-03-27")
    page = Read((archived.folder / "preview" / "2023-03-27.html").read_text(encoding="utf-8"))
    assert ran.code == 1
    assert "Gap lxc/lxcfs: is not in the archive of this week" in page.text


def test_serve_and_output_exclude_each_other(archived: Weekly) -> None:
    ran = archived("preview", "--week", "2023-03-27", "--serve", "-o", "x.html")
    assert ran.code == 2
    assert "can't be combined" in ran.err


def test_a_fault_in_a_projects_template_is_reported(archived: Weekly) -> None:
    (archived.folder / "templates").mkdir()
    (archived.folder / "templates" / "preview.html.j2").write_text("{{ nothing.at.all }}")
    ran = archived("preview", "--week", "2023-03-27")
    assert ran.code == 2
    assert "preview.html.j2:1" in ran.err


def test_upstream_links_are_found_though_the_title_has_markup() -> None:
    one = pull(3, "Rework `a` [b](c) *d*")
    section = Upstream(heading="Upstream", projects=(UpstreamProject(name="LXD", pulls=(one,)),))
    made = post(section, placements=(Placement(pull=one, verdict=IMPROVEMENT),))
    assert len(whys(preview(made, TOPIC))) == 1


def test_a_finding_of_no_line_is_not_lost() -> None:
    found = Finding(line=0, rule="r", message="of the whole post", severity=Severity.BLOCKS)
    page = preview(msgspec.structs.replace(post(), week=WEEK), TOPIC, findings=(found,))
    assert "of the whole post" in page
