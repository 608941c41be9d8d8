"""Send a week's one further request, for texts of named files and earlier merges of authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weekly.errors import SourceError
from weekly.gather.base import Reading, ReadOptions, Span
from weekly.gather.github.client import GitHubClient
from weekly.gather.github.newcomers import NewcomerReader
from weekly.gather.github.patches import FurtherAnswer, PatchReader
from weekly.gather.github.progress import message_of
from weekly.gather.github.queries import EarlierPulls, FileTexts, document
from weekly.gather.github.search import github_shapes
from weekly.http.retry import UnansweredError


def complete(
    client: GitHubClient,
    readings: Sequence[Reading],
    merges: Mapping[str, Mapping[int, str]],
    span: Span,
    options: ReadOptions,
) -> tuple[Reading, ...]:
    """Return the readings with what the further request gives. It isn't sent where there is nothing to ask.

    `merges` has the commits by which pull requests were merged, by repository and number.
    """
    patches = PatchReader(readings, merges, options.patch_patterns)
    newcomers = NewcomerReader(readings if options.counts_newcomers else (), span)
    needs: list[FileTexts | EarlierPulls] = [*patches.needs, *newcomers.needs]
    if not needs:
        return tuple(readings)
    answers = _ask(client, needs)
    count = len(patches.needs)
    try:
        with github_shapes(client.access.base):
            return newcomers.apply(patches.apply(readings, answers[:count]), answers[count:])
    except UnansweredError as error:
        failed = [FurtherAnswer(reason=str(error)) for _ in needs]
        return patches.apply(readings, failed[:count])


def _ask(client: GitHubClient, needs: Sequence[FileTexts | EarlierPulls]) -> list[FurtherAnswer]:
    query, variables = document(needs)
    try:
        reply = client.graphql(query, variables)
        with github_shapes(client.access.base):
            data, errors = reply.data.get("data") or {}, list(reply.data.get("errors") or ())
            reasons = {str((error.get("path") or ["n"])[0]): message_of(error) for error in errors}
            names = [f"n{n}" for n in range(len(needs))]
            return [
                FurtherAnswer(value=data.get(name), reason=reasons.get(name) or reasons.get("n", "")) for name in names
            ]
    except SourceError as error:
        return [FurtherAnswer(reason=str(error)) for _ in needs]
