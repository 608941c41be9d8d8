"""The stand-in against what GitHub publishes: the same types, arguments and fields, the same REST answers."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    parse,
    validate,
)

from tests.support.facts import MISSING, SHARED
from tests.support.github import schema
from tests.support.record import REPOS, SPAN
from tests.support.sample import sample_hub
from tests.support.server import Server, serving
from weekly.gather.github import rest
from weekly.gather.github.client import Access, GitHubClient
from weekly.gather.github.queries import (
    Detail,
    MoreReleases,
    Overview,
    Search,
    document,
    earlier_pulls,
    file_texts,
    searched,
)
from weekly.http.clock import Clock
from weekly.http.fetch import Session
from weekly.publish.discussions.api import DOCUMENTS

KNOWN_FAULTS = {"$.items[].body: null"}
"""Where GitHub isn't as it publishes: an empty description is null in a search, too."""

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=MISSING)


@cache
def published() -> GraphQLSchema:
    return build_schema(
        (SHARED / "schemas" / "github.graphql").read_text(encoding="utf-8"), assume_valid=True, assume_valid_sdl=True
    )


@cache
def openapi() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHARED / "schemas" / "github-rest.openapi.json").read_text(encoding="utf-8"))
    return found


def test_each_query_is_valid_against_the_published_schema() -> None:
    selections = [
        Search(repo="a/b", span=SPAN, first=100).selection(),
        Search(repo="a/b", span=SPAN, first=1, after='a "cursor"\n').selection(),
        Overview(repo="a/b", first=100).selection(),
        Overview(repo="a/b", first=100, releases=0).selection(),
        Detail(repo="a/b", asked_as="a/b", number=1).selection(),
        MoreReleases(repo="a/b", asked_as="a/b", releases_after="x", tags_after="y").selection(),
        file_texts("a/b", "0" * 40, 'doc/\\ä "b".md', commits=3),
        earlier_pulls("a/b", "octocat", SPAN.end),
    ]
    assert validate(published(), parse(document(selections))) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.partition("(")[2][:40])
def test_each_request_about_discussions_is_valid_against_the_published_schema(document: str) -> None:
    assert validate(published(), parse(document)) == []


@pytest.mark.parametrize("name", sorted(name for name in schema().type_map if not name.startswith("__")))
def test_each_type_of_the_stand_in_is_as_published(name: str) -> None:
    ours, theirs = schema().type_map[name], published().type_map[name]
    assert type(ours) is type(theirs)
    if isinstance(ours, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
        assert isinstance(theirs, type(ours))
        for field, value in ours.fields.items():
            assert str(value.type) == str(theirs.fields[field].type), f"{name}.{field}"
            arguments = getattr(value, "args", {})
            known = getattr(theirs.fields[field], "args", {})
            assert {key: str(arg.type) for key, arg in arguments.items()} == {
                key: str(known[key].type) for key in arguments
            }, f"{name}.{field}"
    elif isinstance(ours, GraphQLUnionType):
        assert isinstance(theirs, GraphQLUnionType)
        assert {one.name for one in ours.types} <= {one.name for one in theirs.types}
    elif hasattr(ours, "values"):
        assert set(ours.values) <= set(theirs.values)  # type: ignore[attr-defined]  # both are enumerations


def answer_schema(path: str, status: str = "200") -> dict[str, Any]:
    response = openapi()["paths"][path]["get"]["responses"][status]
    found: dict[str, Any] = response["content"]["application/json"]["schema"]
    return found


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """A schema with its reference followed, and the parts of an allOf put together."""
    while "$ref" in part:
        found: Any = openapi()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    for other in part.get("allOf", ()):
        part = {**part, **resolved(other)}
    return part


def faults(value: Any, part: dict[str, Any], place: str = "$") -> list[str]:
    """Where a value isn't as the schema has it. What a stand-in leaves out is no fault; what it makes up is."""
    part = resolved(part)
    choices = part.get("anyOf") or part.get("oneOf")
    if choices:
        found = [faults(value, choice, place) for choice in choices]
        return [] if [] in found else found[0]
    if value is None:
        allowed = part.get("nullable") or "null" in part.get("type", "")
        return [] if allowed else [f"{place}: null"]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    types = part.get("type", ())
    types = [types] if isinstance(types, str) else list(types)
    if types and not any(isinstance(value, kinds[kind]) for kind in types if kind in kinds):
        return [f"{place}: {type(value).__name__}, not {types}"]
    if isinstance(value, list):
        return [fault for item in value[:3] for fault in faults(item, part["items"], f"{place}[]")]
    if isinstance(value, dict) and "properties" in part:
        known = part["properties"]
        made_up = [f"{place}.{key}: made up" for key in value if key not in known]
        return made_up + [
            fault for key, item in value.items() if key in known for fault in faults(item, known[key], f"{place}.{key}")
        ]
    return []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/search/issues", f"/search/issues?q={searched('canonical/lxd', SPAN)}&per_page=100"),
        ("/repos/{owner}/{repo}/pulls", "/repos/canonical/lxd/pulls?state=closed&per_page=100"),
        ("/repos/{owner}/{repo}", "/repos/canonical/lxd"),
    ],
)
def test_rest_answers_are_as_published(path: str, asked: str) -> None:
    with serving(Server(sample_hub())) as server:
        base, _, query = asked.partition("?")
        parameters = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
        reply = GitHubClient(Session(), Access(api_url=server.url)).get(base, parameters)
    assert reply.status == 200
    assert set(faults(reply.data, answer_schema(path))) <= KNOWN_FAULTS


def test_what_rest_is_asked_with_is_published() -> None:
    with serving(Server(sample_hub())) as server:
        session = Session(clock=Clock(SPAN.end.timestamp))
        rest.read(GitHubClient(session, Access(api_url=server.url)), REPOS, SPAN)
        sent = {(request.path, name) for request in server.requests for name in request.query}
    known = {
        "/search/issues": {"q", "sort", "order", "per_page", "page"},
        "/repos/canonical/lxd/pulls": {"state", "sort", "direction", "per_page", "page"},
    }
    for path, names in known.items():
        template = "/repos/{owner}/{repo}/pulls" if path.endswith("/pulls") else path
        parameters = {resolved(parameter)["name"] for parameter in openapi()["paths"][template]["get"]["parameters"]}
        used = {name for asked, name in sent if asked == path}
        assert used
        assert used <= names & parameters
