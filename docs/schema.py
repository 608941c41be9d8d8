"""Write the JSON Schema of weekly.toml, which editors use for completion, and of a writer's documents: `make schema`."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

import weekly
from weekly.config import Config
from weekly.model import Record
from weekly.writer.document import Answer, Request

PACKAGE = Path(weekly.__file__).parent


def config_schema() -> str:
    """Return the content of weekly/weekly.schema.json."""
    return schema_text("weekly.toml", {"$ref": "#/$defs/Config"}, Config)


def writer_schema() -> str:
    """Return the content of weekly/writer/writer.schema.json."""
    refs = [{"$ref": "#/$defs/Request"}, {"$ref": "#/$defs/Answer"}]
    return schema_text("The request to a writer, and its answer", {"anyOf": refs}, Request, Answer)


def schema_text(title: str, root: dict[str, Any], *records: type[Record]) -> str:
    """Return the JSON Schema of documents that are one of these records."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **root}
    return json.dumps(head | {"$defs": definitions(*records)}, indent=2, ensure_ascii=False) + "\n"


def definitions(*records: type[Record]) -> dict[str, Any]:
    """Return the schema of records and of those in them by name, with the docstrings of records and keys."""
    _, known = msgspec.json.schema_components(records, schema_hook=_text_schema, ref_template="#/$defs/{name}")
    for kind in _subclasses(Record):
        definition = known.get(kind.__name__, {})
        if "properties" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
            for key, text in _docstrings(kind).items():
                definition["properties"][key] = {"description": text} | definition["properties"][key]
    return known


def _subclasses(kind: type[Record]) -> Iterator[type[Record]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


def _docstrings(kind: type) -> dict[str, str]:
    """Return the docstring below each key of a record and its bases."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__[: kind.__mro__.index(Record)]):
        (tree,) = ast.parse(inspect.getsource(base)).body
        for field, below in pairwise(getattr(tree, "body", ())):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    texts[name] = " ".join(text.split())
    return texts


def _text_schema(kind: type) -> dict[str, Any]:
    """Return the schema of a type that the records derive from str."""
    if issubclass(kind, str):
        return {"type": "string"}
    raise NotImplementedError(kind)


if __name__ == "__main__":
    for name, text in (("weekly.schema.json", config_schema()), ("writer/writer.schema.json", writer_schema())):
        (PACKAGE / name).write_text(text, encoding="utf-8")
