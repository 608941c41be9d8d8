"""The post as a whole HTML page."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from datetime import date
from pathlib import Path

from tests.conftest import Weekly
from tests.support.preview_pages import ATTACKS, Read
from weekly.model import Post
from weekly.render.page import to_page
from weekly.week import Week


def page_of(title: str, text: str) -> str:
    return to_page(Post(week=Week(monday=date(2023, 3, 27)), title=title, sections=(), placements=()), text)


def test_html_is_a_whole_page(archived: Weekly) -> None:
    page = archived("render", "--week", "2023-03-27", "--format", "html").out
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert page.endswith("</html>\n")
    assert "<title>Weekly status #292</title>" in page
    assert '<meta charset="utf-8">' in page
    read = Read(page)
    assert {"html", "head", "body", "main", "h1", "style"} <= read.tags


def test_a_fragment_is_the_post_alone(archived: Weekly) -> None:
    fragment = archived("render", "--week", "2023-03-27", "--format", "html", "--fragment").out
    page = archived("render", "--week", "2023-03-27", "--format", "html").out
    assert fragment.startswith("<p><strong>Weekly status for the week of 27th March to 2nd April.</strong></p>")
    assert not {"html", "body", "style"} & Read(fragment).tags
    assert fragment in page


def test_many_weeks_are_pages_too(archived: Weekly, tmp_path: Path) -> None:
    arguments = ("render", "--since", "2023-03-20", "--until", "2023-03-27", "-o", str(tmp_path / "out"))
    assert archived(*arguments, "--format", "html").code == 0
    assert (tmp_path / "out" / "2023-03-20.html").read_text("utf-8").startswith("<!doctype html>")
    assert archived(*arguments, "--format", "html", "--fragment").code == 0
    assert (tmp_path / "out" / "2023-03-20.html").read_text("utf-8").startswith("<p>")


def test_a_fragment_needs_html(archived: Weekly) -> None:
    ran = archived("render", "--week", "2023-03-27", "--fragment")
    assert ran.code == 2
    assert "--fragment needs --format html" in ran.err


def test_the_policy_permits_no_script_and_only_our_style() -> None:
    page = page_of("T", "# x")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert html.unescape(policy).split("; ") == [
        "default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src https: data:", f"style-src 'sha256-{digest}'",
    ]  # fmt: skip
    assert "<script" not in page


def test_a_title_is_escaped() -> None:
    for attack in ATTACKS:
        read = Read(page_of(attack, "text"))
        assert "script" not in read.tags
        assert attack.strip()[:20] in read.text


def test_a_projects_own_page_is_used(archived: Weekly) -> None:
    path = archived.folder / "templates" / "page.html.j2"
    path.parent.mkdir()
    path.write_text("mine: {{ title }}")
    assert archived("render", "--week", "2023-03-27", "--format", "html").out == "mine: Weekly status #292"
    path.write_text("{{ nobody }}")
    ran = archived("render", "--week", "2023-03-27", "--format", "html")
    assert ran.code == 2
    assert "templates/page.html.j2:1: 'nobody' is undefined" in ran.err
