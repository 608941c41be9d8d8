from __future__ import annotations

import re
from datetime import date

from weekly.automation.summary import BODY_LIMIT, Status, Unsure, WeekResult, of_proposal, of_run, of_trouble, ticked
from weekly.model import Finding, Kind, Severity, Verdict
from weekly.text.forum_markdown import parser
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
EVIL = "<img src=x onerror=1> [click](javascript:1) @everyone | a cell"
FINDING = Finding(rule="gap", message=EVIL, hint="correct it", severity=Severity.NOTED)
TURN = WeekResult(week=WEEK, status=Status.HELD, title="A title", pulls=3, repos=2, findings=(FINDING,), why=EVIL)


def test_the_summary_has_counts_findings_and_links() -> None:
    summary = of_run(
        [WeekResult(week=WEEK, status=Status.PUBLISHED, url="https://forum.example.org/t/1", pulls=3, repos=2)], 1
    )
    assert "| 2023-03-27 | [published](https://forum.example.org/t/1) | 3 in 2 repositories | 0 |" in summary
    assert "1 more week is due" in summary
    assert "No week is due." in of_run([], 0)


def test_foreign_text_is_escaped() -> None:
    for summary in (of_run([TURN], 0, EVIL), of_proposal(TURN, "https://example.org/run"), of_trouble([EVIL], "")):
        html = parser().render(summary)
        assert "<img" not in html
        assert 'javascript:1"' not in html
        assert "@everyone" not in summary


def test_a_long_description_is_cut_at_a_line() -> None:
    long = of_trouble([f"trouble {n} {'x' * 500}" for n in range(200)], "https://example.org/run")
    assert len(long) < 65_536
    assert len(long) > BODY_LIMIT - 1000
    assert long.endswith("- … and more: `weekly check` shows everything.\n")


REFERENCES = "@octocat #12 o/r#3 GH-4 deadbeef01 https://github.com/o/r/pull/5 closes #6 @org/team"
"""Words that GitHub makes links of, each of which notifies somebody or refers to something."""
VERDICT = Verdict(kind=Kind.BUGFIX, rule="words", evidence=REFERENCES, confidence=0.6, sure=False)


def visible(body: str) -> str:
    """Return the text of a description that GitHub looks for names in, which is all but code."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(code)\b.*?</\1>", " ", parser().render(body), flags=re.DOTALL))


def test_a_description_notifies_nobody_and_refers_to_nothing() -> None:
    unsure = [Unsure("LXD", REFERENCES, "o/r#7", VERDICT)]
    finding = Finding(rule="x", message=REFERENCES)
    result = WeekResult(week=WEEK, status=Status.PREPARED, findings=(finding,), why=REFERENCES)
    body = of_proposal(result, "", unsure=unsure, post=f"{REFERENCES}\n```\n{REFERENCES}\n````\n</details>")
    assert not re.search(r"@\w|\w*#\d|GH-\d|\b[0-9a-f]{7,}|https?://", visible(body)), visible(body)
    assert "- [ ] `o/r#7` LXD: " in body
    assert "`````markdown\n" in body


def test_a_description_has_as_much_of_the_post_as_fits() -> None:
    result = WeekResult(week=WEEK, status=Status.PREPARED)
    body = of_proposal(result, "", post="- A line of the post.\n" * 5_000)
    assert BODY_LIMIT - 100 < len(body) <= BODY_LIMIT + 1
    assert body.endswith("post.\n…\n```\n\n</details>\n")
    many = [Unsure("LXD", "x" * 1_000, f"o/r#{number}", VERDICT) for number in range(100)]
    assert "<details>" not in of_proposal(result, "", unsure=many, post="The post.")


def test_ticked_boxes_stay_ticked() -> None:
    new = "- [ ] one\n- [ ] two\n- three"
    assert ticked(new, "- [x] two\r\n- [x] gone\r\n") == "- [ ] one\n- [x] two\n- three"
    assert ticked(new, "") == new
