"""Random histories of one post at each target: runs that die, answers that are lost, people who edit, records that go."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.publish.conformance.test_conformance import KilledError, dropping, dying, every_venue
from tests.support.hostile import EVERY
from tests.support.venues import Venue, opened
from weekly.errors import TargetError
from weekly.http import retry
from weekly.publish.decision import Action
from weekly.publish.merge import Side
from weekly.publish.record import Wording

OURS = Wording(title="Acme status of 2023-03-27", text="# Upstream changes\n\n- [One](https://example.org/1)")


@pytest.fixture
def venue(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Venue]:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)
    with opened(request.param, tmp_path) as venue:
        yield venue


class History:
    """What happened to one post, and what people wrote into it."""

    def __init__(self, venue: Venue, seed: int) -> None:
        self.venue, self.rng = venue, random.Random(seed)  # noqa: S311  a story, no secret
        self.ours, self.count = OURS, 0
        self.words: set[str] = set()
        self.title = ""
        self.story: list[str] = []

    def step(self) -> None:
        steps: list[Callable[[], object]] = [self.news, self.publish, self.edit] * 2
        steps += [self.die, self.lose, self.retitle, self.forget]
        step = self.rng.choice(steps)
        self.story.append(getattr(step, "__name__", ""))
        step()
        posts = self.venue.posts
        assert len(posts) <= 1, self.story
        for post in posts:
            assert all(words in post.text for words in self.words), self.story
            assert not self.title or post.title == self.title, self.story

    def news(self) -> None:
        self.count += 1
        lines = self.ours.text.split("\n\n")
        lines.insert(self.rng.randint(1, len(lines)), f"- [News](https://example.org/{self.count})")
        self.ours = Wording(title=OURS.title, text="\n\n".join(lines))
        self.publish()

    def publish(self, side: Side | None = None) -> Action:
        return self.venue.publish(self.ours, side).decision.action

    def die(self) -> None:
        with suppress(KilledError), dying(self.rng.randint(1, 12), is_after=self.rng.random() < 0.5):
            self.publish()

    def lose(self) -> None:
        """An answer is lost, once or from there on."""
        if self.venue.server is None:
            return
        lost = dropping(self.venue, self.rng.choice(["before", "after", "half-way through"]))
        before = self.rng.randint(0, 6)
        self.venue.server.faults = [*[lambda _: None] * before, *[lost] * self.rng.choice([1, 1, 9])]
        with suppress(TargetError):
            self.publish()
        self.venue.server.faults = []

    def edit(self) -> None:
        for post in self.venue.posts:
            self.count += 1
            lines = post.text.split("\n\n")
            lines.insert(self.rng.randint(0, len(lines)), f"- Somebody's words {self.count}.")
            self.words.add(f"- Somebody's words {self.count}.")
            self.venue.edit("\n\n".join(lines))

    def retitle(self) -> None:
        if self.venue.posts:
            self.count += 1
            self.title = f"Somebody's title number {self.count}"
            self.venue.edit(title=self.title)

    def forget(self) -> None:
        """The records are lost, and minutes go by."""
        self.venue.lose_records()
        self.venue.wait()

    def heal(self) -> None:
        """Decide for people's words where a run asks, until nothing is left to do."""
        for _ in range(4):
            action = self.publish()
            if action is Action.LEAVE:
                return
            if action is Action.CONFLICT:
                self.publish(Side.THEIRS)
        raise AssertionError(self.story)


@every_venue
@pytest.mark.parametrize("seed", range(40 if EVERY else 2))
def test_no_history_makes_a_second_post_or_loses_somebodys_words(venue: Venue, seed: int) -> None:
    history = History(venue, seed)
    for _ in range(20):
        history.step()
    history.heal()
    (post,) = venue.posts
    assert all(words in post.text for words in history.words)
