"""Decode files into records, with errors that name the file, the line, the key and the mistake."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from weekly.errors import GivenError
from weekly.files.paths import shown
from weekly.files.read import MAX_BYTES, MAX_TOML_BYTES, read_bytes
from weekly.files.toml_lines import line_of

T = TypeVar("T")

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_NAMES = ("repo", "heading", "title", "name", "kind")
"""Keys whose value tells a reader which entry of a list is meant."""


def read_toml(path: Path, kind: type[T], error: Callable[[str], GivenError]) -> T:
    """Return the record in a TOML file. Raise what `error` makes of the message."""
    return toml_record(read_text(path, error, most=MAX_TOML_BYTES), kind, where=path, error=error)


def toml_record(text: str, kind: type[T], *, where: Path, error: Callable[[str], GivenError]) -> T:
    """Return the record in a TOML text that stands or will stand in a file."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        what, _, position = str(cause).partition(" (at ")
        line = re.match(r"line (\d+)", position)
        raise error(f"{shown(where)}{f':{line[1]}' if line else ''}: not TOML: {_uncapitalised(what)}") from cause
    except RecursionError as cause:
        raise error(f"{shown(where)}: not TOML: is nested too deeply") from cause
    return convert(raw, kind, where=where, error=error, source=text)


def read_json(path: Path, error: Callable[[str], GivenError]) -> Any:
    """Return the value in a JSON file, not yet a record."""
    return json_value(read_text(path, error).encode(), path, error)


def json_value(content: bytes, path: Path, error: Callable[[str], GivenError]) -> Any:
    """Return the value in a JSON file's content, not yet a record."""
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as cause:
        what = re.sub(r" \(byte (\d+)\)$", r" at byte \1", str(cause).removeprefix("JSON is malformed: "))
        raise error(f"{shown(path)}: not JSON: {_uncapitalised(what)}") from cause
    except RecursionError as cause:
        raise error(f"{shown(path)}: not JSON: is nested too deeply") from cause


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
        precise = _with_entry(str(cause), raw, kind)
        line = _line(precise, raw, source)
        message = _explained(precise, raw, kind)
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


def _text_type(kind: type[T], value: object) -> T:
    """Build one of our kinds of str (a zone, Markdown), which refuse unsuitable text."""
    if isinstance(value, str) and issubclass(kind, str):
        return kind(value)
    raise TypeError(f"Expected `str`, got `{type(value).__name__}`")


def _explained(message: str, raw: Any, kind: Any) -> str:
    """Return msgspec's message in our words."""
    what, path = _split(message)
    key = _readable(path, raw)
    prefix = f"{key}: " if key else ""
    if match := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        return f"{prefix}unknown key '{match[1]}'{_suggestion(match[1], _keys(kind))}"
    if match := re.fullmatch(r"Object missing required field `(.*)`", what):
        return f"{key + '.' if key else ''}{match[1]}: missing; add it"
    if match := re.fullmatch(r"Invalid (?:enum )?value '?(.*?)'?", what):
        return f"{key}: '{match[1]}' is not permitted{_suggestion(match[1], _values(kind))}"
    return f"{prefix}{_plain(what)}"


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


def _plain(message: str) -> str:
    """Return the rest of msgspec's messages in plain words."""
    if match := re.fullmatch(r"Expected `([\w| ]+)`, got `(\w+)`", message):
        return f"must be {_types(match[1])}, not {_types(match[2])}"
    if match := re.fullmatch(r"Expected `(?:[\w| ]+)` ([<>]=?) (\S+)", message):
        return f"must be {_BOUNDS[match[1]]} {match[2]}"
    if match := re.fullmatch(r"Expected `(str|array|object)` of length ([<>]=?) (\d+)", message):
        unit = "character" if match[1] == "str" else "entry"
        unit = unit if match[3] == "1" else {"character": "characters", "entry": "entries"}[unit]
        return f"must have {_BOUNDS[match[2]]} {match[3]} {unit}"
    if match := re.fullmatch(r"Expected `str` matching regex '(.*)'", message):
        return f"doesn't match the pattern {match[1]}"
    if re.fullmatch(r"Invalid RFC3339 encoded (?:date|datetime|time)", message):
        return "is not a date; write it as 2023-03-27"
    return _uncapitalised(message.replace("`", ""))


def _uncapitalised(message: str) -> str:
    return message[:1].lower() + message[1:]


def _types(names: str) -> str:
    return " or ".join(_TYPES.get(name, name) for name in names.split(" | ") if name != "null" or names == "null")


def _suggestion(word: str, known: Iterable[str]) -> str:
    close = closest(word, sorted(set(known)))
    return f"; did you mean '{close[0]}'?" if close else ""


def _with_entry(message: str, raw: Any, kind: Any) -> str:
    """Replace `[...]`, by which msgspec means any entry of a table, by the position of the wrong entry."""
    table = re.search(r"`\$\.(\w+)\[\.\.\.\]", message)
    name = table[1] if table else ""
    for index, (key, value) in enumerate(raw[name].items() if name else ()):
        try:
            msgspec.convert({**raw, name: {key: value}}, kind, strict=True, dec_hook=_text_type)
        except msgspec.ValidationError:
            return message.replace("[...]", f"[{index}]", 1)
    return message


def _line(message: str, raw: Any, source: str) -> int:
    """Return the line of the key that a message is about, 0 if unknown."""
    what, path = _split(message)
    steps: tuple[str | int, ...] = ()
    for key, index in _STEP.findall(path):
        step = key or int(index)
        step = list(raw)[step] if isinstance(raw, dict) and index else step
        raw = raw[step] if isinstance(raw, dict | list) and (index or step in raw) else None
        steps = (*steps, step)
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what)
    return line_of(source, (*steps, unknown[1]) if unknown else steps)


def _split(message: str) -> tuple[str, str]:
    """Split msgspec's message into the mistake and the key's path."""
    what, _, position = message.partition(" - at ")
    match = re.search(r"`\$([^`]*)`", position)
    return what, match[1] if match else ""


def _readable(path: str, raw: Any) -> str:
    """Return a key's path with the name of each entry of a list: `sections[2] ('events').level`."""
    readable = ""
    for key, index in _STEP.findall(path):
        if key:
            raw = raw.get(key) if isinstance(raw, dict) else None
            readable += f".{key}"
            continue
        if isinstance(raw, dict):
            name, raw = list(raw.items())[int(index)]
            readable += f'."{name}"'
            continue
        raw = raw[int(index)] if isinstance(raw, list) else None
        names = [raw.get(name) for name in _NAMES] if isinstance(raw, dict) else []
        readable += f"[{index}]" + next((f" ({name!r})" for name in names if isinstance(name, str)), "")
    return readable.removeprefix(".")


def _keys(kind: Any) -> Iterator[str]:
    """Yield every key that a file of this kind may have anywhere."""
    for definition in _definitions(kind):
        yield from definition.get("properties", ())


def _values(kind: Any) -> Iterator[str]:
    """Yield every value that an enumeration or a tag may have anywhere in a file of this kind."""
    for definition in _definitions(kind):
        yield from map(str, definition.get("enum", ()))
        for value in definition.get("properties", {}).values():
            yield from map(str, value.get("enum", ()))


def _definitions(kind: Any) -> Iterator[dict[str, Any]]:
    """Yield the JSON Schema of every record and enumeration within a kind."""
    _, definitions = msgspec.json.schema_components([kind], schema_hook=lambda _: {"type": "string"})
    yield from definitions.values()
