"""Records of the whole post."""

from weekly.model.activity import Problem, PullRequest
from weekly.model.base import Record
from weekly.model.sections import AnySection, Highlights, Introduction
from weekly.model.verdict import Highlight, Verdict, Words
from weekly.text.markdown import Markdown
from weekly.week import Week

UPSTREAM = "Upstream changes"
"""The name of the list of all pull requests in explanations, whatever its heading."""


class Chart(Record, frozen=True, kw_only=True):
    """The picture of the pull requests merged each week. `image` is empty where a target takes no pictures."""

    image: Markdown
    alternative: Markdown


class Placement(Record, frozen=True, kw_only=True):
    """A pull request's verdict, its positions in the post, and the reasons for its absence elsewhere.

    `lacks` names the fields that its source can't report. `editor` lists the editor's changes.
    """

    pull: PullRequest
    verdict: Verdict
    places: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()


class Post(Record, frozen=True, kw_only=True):
    """The whole post, ready to render.

    `left_out` lists what other sources reported and the post doesn't contain, with reasons. `credit` is a last line that
    says how the post was made.
    """

    week: Week
    title: str
    sections: tuple[AnySection, ...]
    placements: tuple[Placement, ...]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()
    credit: Markdown = Markdown()
    chart: Chart | None = None

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """The highlights of all sections."""
        return tuple(one for part in self.sections if isinstance(part, Highlights) for one in part.highlights)

    @property
    def has_writer(self) -> bool:
        """Tell whether any text of the post is the writer's."""
        introductions = [part.words for part in self.sections if isinstance(part, Introduction)]
        return Words.WRITER in (*(one.words for one in self.highlights), *introductions)
