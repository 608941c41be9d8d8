"""Foreign text into records, or one line that names the file, the key's path, what is wrong and what is permitted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from weekly.errors import GivenError
from weekly.files.paths import shown
from weekly.files.toml_lines import line_of

T = TypeVar("T")

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def read_toml(path: Path, kind: type[T], error: Callable[[str], GivenError]) -> T:
    """The record in a TOML file; raises what `error` makes of the line to be shown."""
    text = read_text(path, error)
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as cause:
        raise error(f"{shown(path)}: not TOML: {cause}") from cause
    return convert(raw, kind, where=path, error=error, source=text)


def read_json(path: Path, error: Callable[[str], GivenError]) -> Any:
    """The value in a JSON file, not yet a record."""
    try:
        return msgspec.json.decode(read_text(path, error).encode())
    except (msgspec.DecodeError, RecursionError) as cause:
        raise error(f"{shown(path)}: not JSON: {cause}") from cause


def read_text(path: Path, error: Callable[[str], GivenError]) -> str:
    """A UTF-8 file's text."""
    try:
        return path.read_bytes().decode()
    except OSError as cause:
        raise error(f"{shown(path)}: can't be read: {cause.strerror or cause}") from cause
    except UnicodeDecodeError as cause:
        raise error(f"{shown(path)}: not UTF-8: {cause.reason} at byte {cause.start}") from cause


def is_there(path: Path, error: Callable[[str], GivenError]) -> bool:
    """Whether there is anything at `path`; what may not be looked at isn't taken for nothing."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as cause:
        raise error(f"{shown(path)}: can't be read: {cause.strerror or cause}") from cause
    return True


def convert(raw: Any, kind: type[T], *, where: Path, error: Callable[[str], GivenError], source: str = "") -> T:
    """`raw` as a record of `kind`: nothing unknown, nothing missing, nothing of another type.

    `source` is the TOML that `raw` was read from, where it was: errors then name the line.
    """
    try:
        return msgspec.convert(raw, kind, strict=True, dec_hook=_text_type)
    except (msgspec.ValidationError, RecursionError) as cause:
        line = _line(str(cause), source)
        raise error(f"{shown(where)}{f':{line}' if line else ''}: {_explained(str(cause), raw, kind)}") from cause


def nearest(word: str, permitted: list[str]) -> str:
    """The end of an error about a word that isn't there: what was perhaps meant, and all that is permitted."""
    import difflib  # only on the way to an error: start-up counts

    close = difflib.get_close_matches(word, permitted, n=1)
    shown = permitted if len(permitted) <= 12 else [*close, f"{len(permitted)} in all"]
    listed = f"permitted: {', '.join(shown)}"
    return f"did you mean '{close[0]}'? ({listed})" if close else listed


def _text_type(kind: type[T], value: object) -> T:
    """Make one of our kinds of str (a zone, Markdown), each of which refuses what it can't be."""
    if isinstance(value, str) and issubclass(kind, str):
        return kind(value)
    raise TypeError(f"Expected `str`, got `{type(value).__name__}`")


def _explained(message: str, raw: Any, kind: Any) -> str:
    what, path = _cut(message)
    place = _place(path, raw)
    if found := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        fields = _fields(kind, raw, path)
        return f"{place + ': ' if place else ''}unknown key '{found[1]}'; {nearest(found[1], fields)}"
    if found := re.fullmatch(r"Object missing required field `(.*)`", what):
        return f"{place + '.' if place else ''}{found[1]}: missing; add it"
    if found := re.fullmatch(r"Invalid (?:enum )?value '?(.*?)'?", what):
        return f"{place}: '{found[1]}' is not permitted; {nearest(found[1], _values(kind, raw, path))}"
    return f"{place + ': ' if place else ''}{what[:1].lower() + what[1:].replace('`', '')}"


def _line(message: str, source: str) -> int:
    """The line of the key that a message is about, 0 where it can't be told."""
    what, path = _cut(message)
    steps = tuple(int(index) if index else key for key, index in _STEP.findall(path))
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what)
    return line_of(source, (*steps, unknown[1]) if unknown else steps)


def _cut(message: str) -> tuple[str, str]:
    """What is wrong, and the path of where."""
    what, _, at = message.partition(" - at ")
    found = re.search(r"`\$([^`]*)`", at)
    return what, found[1] if found else ""


def _place(path: str, raw: Any) -> str:
    """The path as a person reads it: an entry of a list also by the name that it goes by in the file."""
    place = ""
    for key, index in _STEP.findall(path):
        if index:
            raw = raw[int(index)] if isinstance(raw, list) else None
            place += f"[{index}]"
            names = (
                [raw.get(name) for name in ("repo", "heading", "title", "name", "kind")]
                if isinstance(raw, dict)
                else []
            )
            place += next((f" ({name!r})" for name in names if isinstance(name, str)), "")
        else:
            raw = raw.get(key) if isinstance(raw, dict) else None
            place += f".{key}"
    return place.removeprefix(".")


def _fields(kind: Any, raw: Any, path: str) -> list[str]:
    """The keys that the record at `path` has."""
    from msgspec import inspect

    found = _type_at(inspect.type_info(kind), raw, path)
    if not isinstance(found, inspect.StructType):
        return []
    tag = [found.tag_field] if found.tag_field else []
    return sorted(tag + [field.encode_name for field in found.fields])


def _values(kind: Any, raw: Any, path: str) -> list[str]:
    """The values that an enumeration, or the tag of a union, may have at `path`."""
    from msgspec import inspect

    found = _type_at(inspect.type_info(kind), raw, path)
    if isinstance(found, inspect.EnumType):
        return [str(member.value) for member in found.cls]
    if isinstance(found, inspect.LiteralType):
        return [str(value) for value in found.values]
    parent = _type_at(inspect.type_info(kind), raw, path.rpartition(".")[0], to_record=False)
    return [str(struct.tag) for struct in _structs(parent)]


def _type_at(found: Any, raw: Any, path: str, *, to_record: bool = True) -> Any:
    """Follow a path such as `.sections[2].parts[0]` through the types, with `raw` to tell tagged unions apart."""
    for key, index in _STEP.findall(path):
        found = _unwrapped(found)
        if index:
            items = getattr(found, "item_type", None)
            found, raw = items, raw[int(index)] if isinstance(raw, list) else None
        else:
            struct = _tagged(found, raw)
            fields = {field.encode_name: field.type for field in struct.fields} if struct else {}
            found, raw = fields.get(key), raw.get(key) if isinstance(raw, dict) else None
    found = _unwrapped(found)
    return (_tagged(found, raw) or found) if to_record else found


def _unwrapped(found: Any) -> Any:
    """A type without what is said about it, and without the None that it may also be."""
    from msgspec import inspect

    while isinstance(found, inspect.Metadata):
        found = found.type
    if isinstance(found, inspect.UnionType):
        types = [item for item in found.types if not isinstance(item, inspect.NoneType)]
        return _unwrapped(types[0]) if len(types) == 1 else found
    return found


def _structs(found: Any) -> list[Any]:
    from msgspec import inspect

    types = found.types if isinstance(found, inspect.UnionType) else (found,)
    return [item for item in types if isinstance(item, inspect.StructType)]


def _tagged(found: Any, raw: Any) -> Any:
    """The record that `raw` means to be: the only one, or the one whose tag it carries."""
    structs = _structs(found)
    if len(structs) == 1:
        return structs[0]
    named = raw if isinstance(raw, dict) else {}
    return next((item for item in structs if named.get(item.tag_field) == item.tag), None)
