"""Decode files into records, with errors that name the file, the line, the key and the mistake."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from weekly.errors import GivenError
from weekly.files.paths import shown
from weekly.files.read import MAX_BYTES, MAX_TOML_BYTES, read_bytes
from weekly.files.toml_lines import KeyPath, line_of
from weekly.files.toml_slips import explained
from weekly.text.patterns import lazy_pattern

T = TypeVar("T")

_STEP = lazy_pattern(r"\.([^.`\[\]]+)|\[(\d+|\.{3})\]")
_NAMES = ("repo", "heading", "title", "name", "kind")
"""Keys whose value tells a reader which entry of a list is meant."""


def read_toml(path: Path, kind: type[T], error: Callable[[str], GivenError]) -> T:
    """Return the record in a TOML file. Raise what `error` makes of the message."""
    return toml_record(read_text(path, error, most=MAX_TOML_BYTES), kind, where=path, error=error)


def toml_record(text: str, kind: type[T], *, where: Path, error: Callable[[str], GivenError]) -> T:
    """Return the record in a TOML text that stands or will stand in a file."""
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as cause:
        what, _, position = str(cause).partition(" (at ")
        line = re.match(r"line (\d+)", position)
        source = text.split("\n")[int(line[1]) - 1] if line else ""
        raise error(f"{shown(where)}{f':{line[1]}' if line else ''}: not TOML: {explained(what, source)}") from cause
    return convert(raw, kind, where=where, error=error, source=text)


def read_json(path: Path, error: Callable[[str], GivenError]) -> Any:
    """Return the value in a JSON file, not yet a record."""
    return json_value(read_text(path, error).encode(), path, error)


def json_value(content: bytes, path: Path, error: Callable[[str], GivenError]) -> Any:
    """Return the value in a JSON file's content, not yet a record."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as cause:
        what = re.sub(r" \(byte (\d+)\)$", r" at byte \1", str(cause).removeprefix("JSON is malformed: "))
        raise error(f"{shown(path)}: not JSON: {_uncapitalised(what)}") from cause


def json_record(content: bytes, kind: type[T], version: int, *, where: Path, error: Callable[[str], GivenError]) -> T:
    """Return the record in a JSON file's content, which names the version of its form."""
    raw = json_value(text_of(content, where, error).encode(), where, error)
    stated = raw.get("schema_version") if isinstance(raw, dict) else None
    if not isinstance(stated, int):
        raise error(f"{shown(where)}: has no valid schema_version")
    if stated != version:
        advice = "; upgrade weekly" if stated > version else ""
        raise error(f"{shown(where)}: schema_version {stated}, but this weekly reads {version}{advice}")
    return convert(raw, kind, where=where, error=error)


def read_text(path: Path, error: Callable[[str], GivenError], *, most: int = MAX_BYTES) -> str:
    """Return the text of a UTF-8 file, without a byte order mark."""
    return text_of(read_bytes(path, error, most=most), path, error)


def text_of(content: bytes, path: Path, error: Callable[[str], GivenError]) -> str:
    """Return a UTF-8 file's content as text, without a byte order mark."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise error(f"{shown(path)}: not UTF-8 but UTF-16, by its byte order mark; save it as UTF-8")
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        raise error(
            f"{shown(path)}:{line}: not UTF-8: {cause.reason} at byte {cause.start}; save it as UTF-8"
        ) from cause


def json_text(value: Any) -> str:
    """Return a record as readable JSON, the same bytes for the same value."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode() + "\n"


def convert(raw: Any, kind: type[T], *, where: Path, error: Callable[[str], GivenError], source: str = "") -> T:
    """Return `raw` as a record of `kind`. Refuse unknown keys, missing keys and other types.

    `source` is the TOML text that `raw` comes from. With it, errors name the line.
    """
    try:
        return msgspec.convert(raw, kind, strict=True, dec_hook=_text_type)
    except (msgspec.ValidationError, RecursionError) as cause:
        what = str(cause).partition(" - at ")[0]
        path = _path(str(cause), raw, kind)
        unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what)
        line = line_of(source, (*path, unknown[1]) if unknown else path)
        message = _explained(what, _readable(path, raw), kind) + _misplaced(what, path, kind)
        raise error(f"{shown(where)}{f':{line}' if line else ''}: {message}") from cause


def nearest(word: str, permitted: Iterable[str]) -> str:
    """Return the end of an error about an unknown word, with the nearest permitted word and all of a few."""
    permitted = list(permitted)
    close = closest(word, permitted)
    listed = permitted if len(permitted) <= 12 else [*close, f"{len(permitted)} in all"]
    hint = f"permitted: {', '.join(listed)}"
    return f"did you mean '{close[0]}'? ({hint})" if close else hint


def closest(word: str, permitted: Iterable[str]) -> list[str]:
    """Return the most similar permitted word in a list, which is empty if none is similar."""
    import difflib  # only for errors

    return difflib.get_close_matches(word, permitted, n=1)


def _misplaced(what: str, path: KeyPath, kind: Any) -> str:
    """Return the end of an error about a value of another type, where the key or the brackets are a usual slip."""
    if what.startswith("Expected `array`, got `object`") and path:
        return f"; write [[{'.'.join(map(str, path))}]]"
    if not what.startswith("Expected `object`") or len(path) != _IN_TABLE:
        return ""
    table, key = path
    if key in _definitions(kind)[kind.__name__].get("properties", {}):
        return f"; move it above [{table}] if you mean the file's own {key}"
    return f'; write "{key}".text' if table == "pulls" else ""


_IN_TABLE = 2
"""Keys of the path of a value in one of the file's tables."""


def _text_type(kind: type[T], value: object) -> T:
    """Build one of our kinds of str (a zone, Markdown), which refuse unsuitable text."""
    if isinstance(value, str) and issubclass(kind, str):
        return kind(value)
    raise TypeError(f"Expected `str`, got `{type(value).__name__}`")


def _path(message: str, raw: Any, kind: Any) -> KeyPath:
    """Return the path that msgspec writes as `$.pulls[...].show`, with the key of the wrong entry for `[...]`."""
    path: KeyPath = ()
    for key, index in _STEP.findall(message.partition(" - at ")[2]):
        path += (key,) if key else (int(index),) if index.isdigit() else _wrong_key(path, raw, kind, message)
    return path


def _wrong_key(path: KeyPath, raw: Any, kind: Any, message: str) -> KeyPath:
    """Return the key of the table's first entry that alone gives the same message."""
    whole = deepcopy(raw)
    try:
        table = reduce(getitem, path, whole)
    except (LookupError, TypeError):
        return ()  # a table above has no entry that is wrong alone
    for key, value in dict(table).items() if isinstance(table, dict) else ():
        table.clear()
        table[key] = value
        try:
            msgspec.convert(whole, kind, strict=True, dec_hook=_text_type)
        except msgspec.ValidationError as cause:
            if str(cause) == message:
                return (key,)
    return ()


def _readable(path: KeyPath, raw: Any) -> str:
    """Return a key's path with the name of each entry of a list: `sections[2] ('events').level`."""
    readable = ""
    for step in path:
        if isinstance(step, str):
            raw = raw.get(step) if isinstance(raw, dict) else None
            readable += f".{step}" if step.isidentifier() else f'."{step}"'
            continue
        raw = raw[step] if isinstance(raw, list) else None
        names = [raw.get(name) for name in _NAMES] if isinstance(raw, dict) else []
        readable += f"[{step}]" + next((f" ({name!r})" for name in names if isinstance(name, str)), "")
    return readable.removeprefix(".")


def _explained(what: str, key: str, kind: Any) -> str:
    """Return msgspec's message about a key in our words."""
    prefix = f"{key}: " if key else ""
    if match := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        return f"{prefix}unknown key '{match[1]}'{_suggestion(match[1], kind, table=key)}"
    if match := re.fullmatch(r"Object missing required field `(.*)`", what):
        return f"{key + '.' if key else ''}{match[1]}: missing; add it"
    if match := re.fullmatch(r"Invalid (?:enum )?value '?(.*?)'?", what):
        return f"{key}: '{match[1]}' is not permitted{_permitted(key, match[1], kind) or _suggestion(match[1], kind)}"
    if match := re.fullmatch(r"Expected `([\w| ]+)`, got `(\w+)`", what):
        return f"{prefix}must be {_types(match[1])}, not {_types(match[2])}"
    if match := re.fullmatch(r"Expected `[\w| ]+` (of length )?([<>]=?) (\S+)", what):
        return f"{prefix}must {'have a length of' if match[1] else 'be'} {_BOUNDS[match[2]]} {match[3]}"
    if match := re.fullmatch(r"Expected `str` matching regex '(.*)'", what):
        return f"{prefix}doesn't match the pattern {match[1]}"
    if re.fullmatch(r"Invalid RFC3339 encoded (?:date|datetime|time)", what):
        return f"{prefix}is not a date; write it as 2023-03-27"
    return prefix + _uncapitalised(what.replace("`", ""))


_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a time",
    "null": "nothing",
}
_BOUNDS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}


def _types(names: str) -> str:
    return " or ".join(_TYPES.get(name, name) for name in names.split(" | ") if name != "null" or names == "null")


def _uncapitalised(message: str) -> str:
    return message[:1].lower() + message[1:]


def _suggestion(word: str, kind: Any, *, table: str | None = None) -> str:
    """Return the end of an error, with the nearest key, first of the same `table`, or the nearest enumerated value."""
    definitions = _definitions(kind)
    known: set[str] = set()
    for definition in definitions.values():
        properties = definition.get("properties", {})
        values = (value for part in (definition, *properties.values()) for value in part.get("enum", ()))
        known.update(map(str, values) if table is None else properties)
    own = _keys_of(table, definitions) if table else sorted(definitions.get(kind.__name__, {}).get("properties", {}))
    if word in known and not (table is not None and _is_near(word, own)):
        return "" if table is None else "; it is a key of another table"
    close = closest(word, own) or closest(word, sorted(known))
    return f"; did you mean '{close[0]}'?" if close else ""


def _is_near(word: str, permitted: Iterable[str]) -> bool:
    """Tell whether a word is a slip of a permitted one, though it is right elsewhere: "repository" for "repositories"."""
    import difflib  # only for errors

    return bool(difflib.get_close_matches(word, permitted, n=1, cutoff=0.8))


def _keys_of(table: str, definitions: Mapping[str, Any]) -> list[str]:
    """Return the keys of a table by its name in the file, none where several kinds of tables have it."""
    name = _last_name(table)
    found = {str(one["properties"][name]) for one in definitions.values() if name in one.get("properties", {})}
    kinds = re.findall(r"#/\$defs/(\w+)", "".join(found))
    return sorted(definitions[kinds[0]].get("properties", {})) if len(kinds) == 1 else []


def _last_name(key: str) -> str:
    """Return "links" for "sections[0] ('a').links[2]"."""
    return key.rpartition(".")[2].partition("[")[0]


def _permitted(key: str, value: str, kind: Any) -> str:
    """Return the end of an error, with the values that a key may have and the one that is nearest to a value.

    It is empty where tables of several kinds have such a key.
    """
    name = _last_name(key)
    definitions = _definitions(kind)
    found: set[tuple[str, ...]] = set()
    for definition in definitions.values():
        schema = definition.get("properties", {}).get(name, {})
        choices = (schema, *schema.get("anyOf", ()))
        enums = (one if "$ref" not in one else definitions[one["$ref"].rpartition("/")[2]] for one in choices)
        if values := tuple(str(value) for one in enums for value in one.get("enum", ())):
            found.add(values)
    if len(found) != 1:
        return ""
    (values,) = found
    close = closest(value, values)
    listed = f"permitted: {', '.join(map(repr, values))}"
    return f"; did you mean '{close[0]}'? ({listed})" if close else f"; {listed}"


def _definitions(kind: Any) -> dict[str, Any]:
    """Return the schemas of a record and of all within it, by their names."""
    return msgspec.json.schema_components([kind], schema_hook=lambda _: {"type": "string"})[1]
