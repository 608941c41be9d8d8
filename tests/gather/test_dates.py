from __future__ import annotations

import os
import time

import pytest

from weekly.gather.feeds import instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-03-22", "2023-03-22 00:00"),
        ("2023-03-22T10:00:00.5+05:30", "2023-03-22 04:30"),
        ("20230322T101112Z", "2023-03-22 10:11"),
        ("20230403T101112", "2023-04-03 10:11"),
        ("20230403", "2023-04-03 00:00"),
        ("2023/3/22 15:07:41", "2023-03-22 15:07"),
        ("2023/3/5", "2023-03-05 00:00"),
        ("2023.12.01 08:05 +0100", "2023-12-01 07:05"),
        ("Tue, 28 Mar 2023 10:00:00 +0200", "2023-03-28 08:00"),
        ("Tue, 28 Mar 2023 10:00:00 GMT", "2023-03-28 10:00"),
        ("28 Mar 2023 10:00 EST", "2023-03-28 15:00"),
        ("Tue, 28 Mar 2023 10:00:00 CEST", "2023-03-28 08:00"),
        ("22.03.2023 15:07", "2023-03-22 15:07"),
        ("03/04/2023", "2023-04-03 00:00"),
        ("  22nd of\n March 2023 ", "2023-03-22 00:00"),
        ("March 22, 2023 5:07 PM", "2023-03-22 17:07"),
    ],
)
def test_a_date_that_names_year_month_and_day_is_read(text: str, expected: str) -> None:
    found = instant(text)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M %Z}" == f"{expected} UTC"


@pytest.mark.parametrize(
    "text",
    ["", "soon", "March 2023", "22 March", "Tuesday", "2023", "12:30", "4 PM", "2023-03", "2023/13/45", "13/14/2023",
     "30 February 2023", "22 März 2023", "2023年3月22日", "22 Mar 2023 09:00:00 XYZ", "2023-03-22 25:00", "1679497661",
     "Mon, 22", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00"],
)  # fmt: skip
def test_a_date_that_would_be_read_half_is_not_read(text: str) -> None:
    assert instant(text) is None


def test_the_machines_own_zone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for zone in ("UTC", "Europe/London", "America/Chicago"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found.append([instant(text) for text in ("22 June 2023 10:00 BST", "22 June 2023 10:00 CST", "22 June 2023")])
    monkeypatch.undo()
    os.environ.setdefault("TZ", "")
    time.tzset()
    assert found[0] == found[1] == found[2]
