"""A description gives prose without the forms around it."""

from __future__ import annotations

import pytest

from weekly.highlights import description

TEMPLATE = """<!-- Thank you for the pull request! Please fill this in. -->
## Summary

The daemon kept every socket open, so that a busy host ran out of descriptors.
Sockets are now closed after each request.

## Checklist

- [x] I have read the guide, because I was asked to
- [ ] Tests now pass

> This was quoted, and users now read it

| a | b |
|---|---|
| users | now |

```
now a log
```

![users now](https://example.org/a.png)

Closes #12
Signed-off-by: A Person <a@example.org>
"""


def test_prose_leaves_forms_quotes_tables_and_logs_out() -> None:
    assert list(description.prose(TEMPLATE)) == [
        [
            "The daemon kept every socket open, so that a busy host ran out of descriptors.",
            "Sockets are now closed after each request.",
        ]
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "closes #1",
        "Fixes https://example.org/o/r/issues/9\n\nSigned-off-by: A <a@example.org>",
        "Reported-by: Somebody",
        "<!-- users can now see this comment -->",
        "    users can now see indented code here",
    ],
)
def test_references_trailers_and_comments_are_no_prose(body: str) -> None:
    assert list(description.prose(body)) == []


def test_prose_of_a_cut_description_loses_its_last_sentence() -> None:
    assert list(description.prose("The volume is now kept. Users can now", whole=False)) == [
        ["The volume is now kept."]
    ]
