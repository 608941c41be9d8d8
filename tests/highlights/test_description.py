"""Descriptions give the author's release note and the sentences that explain, and nothing of the form around them."""

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


def test_a_template_gives_its_summary_alone() -> None:
    assert description.explanation(TEMPLATE) == (
        "The daemon kept every socket open, so that a busy host ran out of descriptors.",
        "Sockets are now closed after each request.",
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "closes #1",
        "Fixes https://example.org/o/r/issues/9\n\nSigned-off-by: A <a@example.org>",
        "Reported-by: Somebody",
        "Follow-up to #12, which now works",
        "@somebody now users can see this here",
        "Please describe what users can do now",
        "WIP: users should now be able to log in",
        "Moves the struct to another package.",
        "<!-- users can now see this comment -->",
        "    users can now see indented code here",
    ],
)
def test_what_explains_nothing_to_a_reader_is_left_out(body: str) -> None:
    assert description.explanation(body) == ()


def test_bullets_are_sentences_and_code_spans_stay() -> None:
    body = "- `lxc list` no longer fails on old servers\n- Tests for it\n"
    assert description.explanation(body) == ("`lxc list` no longer fails on old servers.",)


def test_the_last_sentence_of_a_cut_body_is_not_believed() -> None:
    assert description.explanation("The volume is now kept. Users can now", whole=False) == ("The volume is now kept.",)


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ("Text\n\n```release-note\nAdded `--foo`\n```\n", "Added `--foo`"),
        ("```release-note\r\nNONE\r\n```", ""),
        ("```release-note\n- One thing\n- Another\n```", "One thing. Another."),
        ("## Release note\n\nVolumes can be cloned.\n\n## Tests\n\nNo", "Volumes can be cloned."),
        ("Some text\n\nRelease-note: Volumes can be cloned.", "Volumes can be cloned."),
        ("Release notes: n/a", ""),
        ("This prepares the release of 2.0.", ""),
    ],
)
def test_the_author_may_write_the_release_note(body: str, note: str) -> None:
    assert description.release_note(body) == note


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("This PR adds a cache.", "adds a cache."),
        ("Needed for live migration.", "This is needed for live migration."),
        ("Groundwork for clones.", "This lays the groundwork for clones."),
        ("The cache is gone.", "The cache is gone."),
    ],
)
def test_a_sentence_can_follow_the_one_from_the_title(sentence: str, said: str) -> None:
    assert description.opened(sentence) == said
