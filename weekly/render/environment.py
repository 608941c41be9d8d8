"""Load templates in a sandbox, and report their errors by file and line."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
import msgspec
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from weekly import __version__
from weekly.errors import TemplateError
from weekly.files import read
from weekly.files.decode import nearest
from weekly.files.paths import shown
from weekly.render.links import internal_changes, with_links
from weekly.text import markdown

_PACKAGED = Path(__file__).parents[1] / "templates"
_CHECKOUT = Path(__file__).parents[2] / "templates"


def bundled_templates() -> Path:
    """Return the folder of the bundled templates, in the package or next to it in a checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


MARKDOWN_FILTERS: dict[str, Callable[..., str]] = {
    "heading": markdown.heading,
    "bullet": markdown.bullet,
    "link": markdown.link,
    "with_links": with_links,
    "internal_changes": internal_changes,
}


@cache
def environment_of(folders: tuple[Path, ...], _files: tuple[tuple[str, int], ...]) -> jinja2.Environment:
    """Return the environment for a post's templates in these folders, the first ones first."""
    environment = new_environment(
        folders, finalize=_escaped, keep_trailing_newline=True, autoescape=False
    )  # it would be HTML's; finalize escapes, for Markdown
    environment.filters.update(MARKDOWN_FILTERS)
    return environment


def new_environment(folders: tuple[Path, ...], **options: Any) -> ImmutableSandboxedEnvironment:
    """Return a sandboxed environment, since nobody vouches for a project's templates."""
    return ImmutableSandboxedEnvironment(
        loader=_Loader(folders),
        undefined=Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a project's files are looked at once a post, the bundled ones never change
        bytecode_cache=_cache(),
        **options,
    )


class _Loader(jinja2.FileSystemLoader):
    """Loads templates from its folders. A project's own must be regular files, not links to others."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        super().__init__(folders)
        self._folders = folders

    def get_source(
        self,
        environment: jinja2.Environment,  # noqa: ARG002  Jinja's signature
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's source from the first folder that has it."""
        pieces = split_template_path(template)
        for folder in self._folders:
            filename = folder.joinpath(*pieces)
            if os.path.isfile(filename):  # noqa: PTH113  is_file() raises where the name is too long
                return template_source(filename, folder), str(filename), lambda: True
        raise jinja2.TemplateNotFound(template)


def template_source(path: Path, folder: Path) -> str:
    """Return a template's text."""
    if folder == bundled_templates():
        return path.read_text("utf-8")
    try:
        return read.read_bytes(path, TemplateError, root=folder.parent, most=MAX_BYTES).decode()
    except UnicodeDecodeError as error:
        raise TemplateError(f"{shown(path)}: not UTF-8: {error.reason} at byte {error.start}") from error


MAX_BYTES = 1_000_000
"""The largest template that is read."""


def _escaped(value: Any) -> Any:
    """Return what a template prints for a value. Markdown stays, other text is escaped."""
    return markdown.trusted(value) if isinstance(value, str) else value


class _BundledCache(FileSystemBytecodeCache):
    """Caches compiled bundled templates. A project's own are never written to disk nor loaded from it."""

    def get_bucket(self, environment: jinja2.Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Return a template's bucket, empty for one that isn't bundled."""
        if filename and bundled_templates() in Path(filename).parents:
            return super().get_bucket(environment, name, filename, source)
        return Bucket(environment, "", self.get_source_checksum(source))

    def set_bucket(self, bucket: Bucket) -> None:
        """Write a bundled template's code. A full or read-only disk only costs time."""
        if bucket.key:
            with suppress(OSError):
                super().set_bucket(bucket)


def _cache() -> _BundledCache | None:
    """Return the cache next to the bundled templates, or None where that folder can't be written."""
    folder = bundled_templates() / "__pycache__"
    if not folder.is_dir() and not sys.dont_write_bytecode:
        with suppress(OSError):
            folder.mkdir()
    if sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    return _BundledCache(str(folder), f"weekly-{__version__}-sandboxed-%s.cache")


def folders_of(overrides: Path | None) -> tuple[Path, ...]:
    """Return the folders of templates, a project's own before the bundled ones."""
    if overrides is None or not overrides.is_dir():
        return (bundled_templates(),)
    read.refuse_links(overrides, TemplateError, root=overrides.parent)
    if not os.access(overrides, os.R_OK | os.X_OK):  # Jinja would take it for an empty one
        raise TemplateError(f"{shown(overrides)}: can't be read: {os.strerror(errno.EACCES)}; permit it, or remove it")
    return (overrides, bundled_templates())


def files_of(folders: tuple[Path, ...]) -> tuple[tuple[str, int], ...]:
    """Return a project's own files and when they changed, the key of a cached environment."""
    paths = folders[0].rglob("*") if len(folders) > 1 else ()
    return tuple(sorted((str(path), _changed(path)) for path in paths if "__pycache__" not in path.parts))


def _changed(path: Path) -> int:
    """Return when a file changed, 0 where it is gone or can't be examined."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


_ERRORS = (
    jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError, MemoryError,
)  # fmt: skip


@contextmanager
def template_errors(folders: tuple[Path, ...]) -> Iterator[None]:
    """Raise what goes wrong in a template as a TemplateError with file and line."""
    try:
        yield
    except _ERRORS as error:
        raise TemplateError(_message(error, folders)) from error


def _message(error: Exception, folders: tuple[Path, ...]) -> str:
    location, parsed = _locations(error.__traceback__, folders)
    match error:
        case jinja2.TemplateSyntaxError():
            return f"{shown(error.filename or error.name or 'templates')}:{error.lineno}: {error.message}"
        case jinja2.TemplateNotFound():
            known = " or ".join([*map(shown, folders[:-1]), "weekly's own"])
            return f"{location}: template {error.name}: not found in {known}"
        case RecursionError() if parsed:
            return f"{parsed}: nested too deeply to be read; make it simpler"
        case RecursionError():
            return f"{location}: goes on without end: does it include itself?"
        case MemoryError():
            return f"{location}: makes more than the memory holds"
    return f"{location}: {error}"


def _locations(trace: TracebackType | None, folders: tuple[Path, ...]) -> tuple[str, str]:
    """Return the template and line that an error comes from, and the template that was being parsed, "" for none."""
    location, parsed = "templates", ""
    while trace is not None:
        frame = trace.tb_frame
        file = Path(frame.f_code.co_filename)
        if any(folder in file.parents for folder in folders):
            location = f"{shown(file)}:{trace.tb_lineno}"
        elif frame.f_globals.get("__name__") in ("jinja2.loaders", "jinja2.environment"):
            parsed = str(frame.f_locals.get("filename") or parsed)
        trace = trace.tb_next
    return location, shown(parsed) if parsed else ""


_WORDS = {"str": "a text", "Markdown": "a text", "tuple": "a list", "list": "a list", "int": "a number", "bool": "yes or no",
          "float": "a number", "date": "a day", "datetime": "a time", "NoneType": "nothing"}  # fmt: skip


class Missing(jinja2.StrictUndefined):
    """Raises an error wherever it is used, with the names that exist instead."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        """The message, without the names of our modules."""
        holder, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or holder is jinja2.utils.missing or name is None:
            return super()._undefined_message
        what = f"{_noun(holder)} has no {name!r}"
        known = _names(holder)
        return f"{what}; {nearest(str(name), known)}" if known else what


def _noun(holder: object) -> str:
    kind = type(holder).__name__
    if kind in _WORDS:
        return _WORDS[kind]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    return f"the {words} section" if hasattr(holder, "template") else f"the {words}"


def _names(holder: object) -> list[str]:
    """Return the names of a record's fields and properties."""
    if not isinstance(holder, msgspec.Struct):
        return []
    properties = (name for name in dir(type(holder)) if isinstance(getattr(type(holder), name), property))
    return [*holder.__struct_fields__, *properties]
