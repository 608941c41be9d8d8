from __future__ import annotations

from datetime import date

from weekly.automation.summary import BODY_LIMIT, Status, WeekResult, of_proposal, of_run, of_trouble
from weekly.model import Finding, Severity
from weekly.text.forum_markdown import parser
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
EVIL = "<img src=x onerror=1> [click](javascript:1) @everyone | a cell"
FINDING = Finding(rule="gap", message=EVIL, hint="correct it", severity=Severity.NOTED)
TURN = WeekResult(week=WEEK, status=Status.HELD, title="A title", pulls=3, repos=2, findings=(FINDING,), why=EVIL)


def test_the_summary_has_counts_findings_and_links() -> None:
    told = of_run(
        [WeekResult(week=WEEK, status=Status.PUBLISHED, url="https://forum.example.org/t/1", pulls=3, repos=2)], 1
    )
    assert "| 2023-03-27 | [published](https://forum.example.org/t/1) | 3 in 2 repositories | 0 |" in told
    assert "1 more week is due" in told
    assert "No week is due." in of_run([], 0)


def test_foreign_text_is_escaped() -> None:
    for told in (of_run([TURN], 0, EVIL), of_proposal(TURN, "https://example.org/run"), of_trouble([EVIL], "")):
        html = parser().render(told)
        assert "<img" not in html
        assert 'javascript:1"' not in html
        assert "@everyone" not in told


def test_a_long_description_is_cut_at_a_line() -> None:
    long = of_trouble([f"trouble {n} {'x' * 500}" for n in range(200)], "https://example.org/run")
    assert len(long) < 65_536
    assert len(long) > BODY_LIMIT - 1000
    assert long.endswith("- … and more: `weekly check` shows everything.\n")
