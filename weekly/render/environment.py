"""Set up Jinja: where templates are, what they may do, and how their errors read."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
import msgspec
from jinja2 import meta
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.sandbox import ImmutableSandboxedEnvironment

from weekly import __version__
from weekly.errors import TemplateError
from weekly.files.decode import nearest
from weekly.files.paths import shown
from weekly.text import markdown

_PACKAGED = Path(__file__).parents[1] / "templates"
_CHECKOUT = Path(__file__).parents[2] / "templates"


def bundled_templates() -> Path:
    """Return the folder of the bundled templates: in the package, or next to it in a checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


@cache
def environment_of(folders: tuple[Path, ...], _files: tuple[tuple[str, int], ...]) -> jinja2.Environment:
    """Return the environment for a post's templates in these folders, the first ones first."""
    environment = new_environment(
        folders, finalize=_escaped, keep_trailing_newline=True, autoescape=False
    )  # it would be HTML's; finalize escapes, for Markdown
    environment.filters.update(heading=markdown.heading, bullet=markdown.bullet, link=markdown.link)
    return environment


def new_environment(folders: tuple[Path, ...], **options: Any) -> ImmutableSandboxedEnvironment:
    """Return a sandboxed environment, since nobody vouches for a project's templates."""
    return ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a project's files are looked at once a post, the bundled ones never change
        bytecode_cache=_cache(),
        **options,
    )


def _escaped(value: Any) -> Any:
    """Return what a template prints for a value: Markdown as it is, any other text escaped."""
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
    """Return the cache next to the bundled templates; None where that folder can't be written."""
    folder = bundled_templates() / "__pycache__"
    if not folder.is_dir() and not sys.dont_write_bytecode:
        with suppress(OSError):
            folder.mkdir()
    if sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    return _BundledCache(str(folder), f"weekly-{__version__}-sandboxed-%s.cache")


def folders_of(overrides: Path | None) -> tuple[Path, ...]:
    """Return the folders of templates: a project's own, if it has one, before the bundled ones."""
    if overrides is None or not overrides.is_dir():
        return (bundled_templates(),)
    if not os.access(overrides, os.R_OK | os.X_OK):  # Jinja would take it for an empty one
        raise TemplateError(f"{shown(overrides)}: can't be read: {os.strerror(errno.EACCES)}; permit it, or remove it")
    return (overrides, bundled_templates())


def files_of(folders: tuple[Path, ...]) -> tuple[tuple[str, int], ...]:
    """Return a project's own files and when they changed, the key of a cached environment."""
    paths = folders[0].rglob("*") if len(folders) > 1 else ()
    return tuple(sorted((str(path), _changed(path)) for path in paths if "__pycache__" not in path.parts))


def _changed(path: Path) -> int:
    """Return when a file changed; 0 where it is gone or can't be examined."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@contextmanager
def template_errors(folders: tuple[Path, ...]) -> Iterator[None]:
    """Raise what goes wrong in a template as a TemplateError with file and line."""
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            f"{shown(error.filename or error.name or 'templates')}:{error.lineno}: {error.message}"
        ) from error
    except jinja2.TemplateNotFound as error:
        where = " or ".join([*map(shown, folders[:-1]), "weekly's own"])
        what = f"template {error.name}: not found in {where}"
        raise TemplateError(f"{_location(error.__traceback__, folders)}: {what}") from error
    except UnicodeDecodeError as error:
        location = _loading(error.__traceback__)
        raise TemplateError(f"{location}: not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise TemplateError(
            f"{shown(error.filename or 'templates')}: can't be read: {error.strerror}; permit it"
        ) from error
    except RecursionError as error:
        if location := _loading(error.__traceback__):
            raise TemplateError(f"{location}: nested too deeply to be read; make it simpler") from error
        location = _location(error.__traceback__, folders)
        raise TemplateError(f"{location}: goes on without end: does it include itself?") from error
    except MemoryError as error:
        raise TemplateError(f"{_location(error.__traceback__, folders)}: makes more than the memory holds") from error
    except (
        jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError,
    ) as error:  # fmt: skip
        raise TemplateError(f"{_location(error.__traceback__, folders)}: {error}") from error


def _loading(trace: TracebackType | None) -> str:
    """Return the template that was being read, which Jinja's errors don't name; "" for none."""
    file = ""
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals.get("__name__") in ("jinja2.loaders", "jinja2.environment"):
            file = str(frame.f_locals.get("filename") or file)
        trace = trace.tb_next
    return shown(file) if file else ""


def _location(trace: TracebackType | None, folders: tuple[Path, ...]) -> str:
    """Return the template and line that an error comes from."""
    location = "templates"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if any(folder in file.parents for folder in folders):
            location = f"{shown(file)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return location


def override_faults(overrides: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the faults of a project's own templates: name, fault and hint."""
    bundled = {path.relative_to(bundled_templates()).as_posix() for path in bundled_templates().rglob("*.j2")}
    folders = (overrides, bundled_templates())
    environment = environment_of(folders, files_of(folders))
    for path in sorted(overrides.rglob("*.j2")):
        name = path.relative_to(overrides).as_posix()
        try:
            names = meta.find_undeclared_variables(environment.parse(path.read_text("utf-8")))
        except (jinja2.TemplateSyntaxError, UnicodeDecodeError, RecursionError, OSError) as error:
            yield name, f"can't be read: {getattr(error, 'strerror', None) or error}", "mend it"
            continue
        if name not in bundled and not _is_included(name, overrides):
            yield name, "is used by nothing", nearest(name, sorted(bundled))
        for missing in sorted(names - {"post", "section"}) if name.endswith(".md.j2") else ():
            yield name, f"uses {missing!r}, which no template is given", "post and section are what there is"


def _is_included(name: str, overrides: Path) -> bool:
    files = (path for path in overrides.rglob("*.j2") if path.is_file() and os.access(path, os.R_OK))
    return any(name in path.read_text("utf-8", "replace") for path in files)


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
