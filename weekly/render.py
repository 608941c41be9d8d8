"""A Post as text: Markdown through the templates, HTML, or the Post itself as JSON."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
import msgspec
from jinja2 import meta
from jinja2.sandbox import safe_range

from weekly import compiled, markdown
from weekly.errors import TemplateError
from weekly.missing import Missing
from weekly.model import Post
from weekly.shipped import our_templates
from weekly.strict import nearest
from weekly.whereabouts import shown


def to_markdown(post: Post, overrides: Path | None = None) -> str:
    """The post as the forum takes it. Templates in the folder `overrides` go before ours of the same name."""
    folders = folders_of(overrides)
    with told(folders):
        return _environment(folders, files_of(folders)).get_template("post.md.j2").render(post=post)


@contextmanager
def told(folders: tuple[Path, ...]) -> Iterator[None]:
    """Tell what goes wrong in a template by its file and line."""
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            f"{shown(error.filename or error.name or 'templates')}:{error.lineno}: {error.message}"
        ) from error
    except jinja2.TemplateNotFound as error:
        where = " or ".join([*map(shown, folders[:-1]), "weekly's own"])
        what = f"template {error.name}: not found in {where}"
        raise TemplateError(f"{_place(error.__traceback__, folders)}: {what}") from error
    except UnicodeDecodeError as error:
        place = _loading(error.__traceback__)
        raise TemplateError(f"{place}: not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise TemplateError(
            f"{shown(error.filename or 'templates')}: can't be read: {error.strerror}; permit it"
        ) from error
    except RecursionError as error:
        if place := _loading(error.__traceback__):
            raise TemplateError(f"{place}: nested too deeply to be read; make it simpler") from error
        place = _place(error.__traceback__, folders)
        raise TemplateError(f"{place}: goes on without end: does it include itself?") from error
    except MemoryError as error:
        raise TemplateError(f"{_place(error.__traceback__, folders)}: makes more than the memory holds") from error
    except (
        jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RuntimeError,
    ) as error:  # fmt: skip
        raise TemplateError(f"{_place(error.__traceback__, folders)}: {error}") from error


def _loading(trace: TracebackType | None) -> str:
    """The template that was just being read, which Jinja's own errors don't name; "" where none was."""
    found = ""
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals.get("__name__") in ("jinja2.loaders", "jinja2.environment"):
            found = str(frame.f_locals.get("filename") or found)
        trace = trace.tb_next
    return shown(found) if found else ""


def to_html(post: Post, overrides: Path | None = None) -> str:
    """The post as the forum's Markdown rules make it, without the forum's own additions."""
    from weekly import cooked

    text: str = cooked.parser().render(to_markdown(post, overrides))
    return text


def to_json(post: Post) -> str:
    """The post's records, for other programs."""
    return msgspec.json.format(msgspec.json.encode(post, enc_hook=str), indent=2).decode() + "\n"


def override_faults(overrides: Path) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a project's own templates, for each its name, what, and what to do."""
    ours = {path.relative_to(our_templates()).as_posix() for path in our_templates().rglob("*.j2")}
    folders = (overrides, our_templates())
    environment = _environment(folders, files_of(folders))
    for path in sorted(overrides.rglob("*.j2")):
        name = path.relative_to(overrides).as_posix()
        try:
            names = meta.find_undeclared_variables(environment.parse(path.read_text("utf-8")))
        except (jinja2.TemplateSyntaxError, UnicodeDecodeError, RecursionError, OSError) as error:
            yield name, f"can't be read: {getattr(error, 'strerror', None) or error}", "mend it"
            continue
        if name not in ours and not _is_included(name, overrides):
            yield name, "is used by nothing", nearest(name, sorted(ours))
        for gone in sorted(names - {"post", "section"}) if name.endswith(".md.j2") else ():
            yield name, f"uses {gone!r}, which no template is given", "post and section are what there is"


def _is_included(name: str, overrides: Path) -> bool:
    files = (path for path in overrides.rglob("*.j2") if path.is_file() and os.access(path, os.R_OK))
    return any(name in path.read_text("utf-8", "replace") for path in files)


def folders_of(overrides: Path | None) -> tuple[Path, ...]:
    """Where templates are looked for: a project's own folder, if it has one, before ours."""
    if overrides is None or not overrides.is_dir():
        return (our_templates(),)
    if not os.access(overrides, os.R_OK | os.X_OK):  # Jinja would take it for an empty one
        raise TemplateError(
            f"{shown(overrides)}: can't be read: {os.strerror(errno.EACCES)}; permit it, or take it away"
        )
    return (overrides, our_templates())


def files_of(folders: tuple[Path, ...]) -> tuple[tuple[str, int], ...]:
    """The files of a project's own folder and when they were changed: with others, what was loaded doesn't count now."""
    found = folders[0].rglob("*") if len(folders) > 1 else ()
    return tuple(sorted((str(path), _changed(path)) for path in found if "__pycache__" not in path.parts))


def _changed(path: Path) -> int:
    """When a file was changed; 0 where it is gone, or may not be looked at, which who reads it will tell."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@cache
def _environment(folders: tuple[Path, ...], _files: tuple[tuple[str, int], ...]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=Missing,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # a project's own files are looked at once a post, ours never change
        bytecode_cache=compiled.Compiled(markdown, sys.modules[__name__]),
        autoescape=False,  # noqa: S701  it would be HTML's; finalize escapes, for Markdown
    )
    environment.globals["range"] = safe_range  # which refuses what would take a day
    environment.filters.update(heading=markdown.heading, bullet=markdown.bullet, link=markdown.link)
    return environment


def _printed(value: Any) -> Any:
    """What any template prints: Markdown as it is, every other text escaped."""
    return markdown.trusted(value) if isinstance(value, str) else value


def _place(trace: TracebackType | None, folders: tuple[Path, ...]) -> str:
    """The template and line that an error comes from."""
    place = "templates"
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if any(folder in file.parents for folder in folders):
            place = f"{shown(file)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
