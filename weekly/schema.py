"""weekly.toml's JSON Schema, made from the records, so that editors complete the file as it is typed."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from weekly.config import Config


def config_schema() -> str:
    """The schema as it is shipped in weekly/weekly.schema.json."""
    schema = msgspec.json.schema(Config, schema_hook=_text)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "weekly.toml", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _text(kind: type) -> dict[str, Any]:
    if issubclass(kind, str):
        return {"type": "string"}
    raise NotImplementedError(kind)


if __name__ == "__main__":
    print(config_schema(), end="")
