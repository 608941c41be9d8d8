"""Generate weekly.toml's JSON Schema, which editors use for completion."""

from __future__ import annotations

import inspect
import json
from typing import Any

import msgspec

from weekly.config import Config


def config_schema() -> str:
    """Return the content of weekly/weekly.schema.json."""
    schema = msgspec.json.schema(Config, schema_hook=text_schema)
    _tidy(schema)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "weekly.toml", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _tidy(part: Any) -> None:
    """Remove the indent of descriptions that are docstrings, which some Pythons don't."""
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            part["description"] = inspect.cleandoc(part["description"])
        for value in part.values():
            _tidy(value)
    elif isinstance(part, list):
        for value in part:
            _tidy(value)


def text_schema(kind: type) -> dict[str, Any]:
    """Return the schema of a type that the records derive from str."""
    """Return the schema of a type that the records derive from str."""
    if issubclass(kind, str):
        return {"type": "string"}
    raise NotImplementedError(kind)


if __name__ == "__main__":
    print(config_schema(), end="")
