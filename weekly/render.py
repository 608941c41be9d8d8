"""A Post as text: Markdown through the templates, HTML, or the Post itself as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2
import msgspec
from jinja2 import meta

from weekly import markdown
from weekly.errors import TemplateError
from weekly.model import Post
from weekly.shipped import our_templates
from weekly.strict import nearest


def to_markdown(post: Post, overrides: Path | None = None) -> str:
    """The post as the forum takes it. Templates in the folder `overrides` go before ours of the same name."""
    folders = folders_of(overrides)
    with told(folders):
        return _environment(folders).get_template("post.md.j2").render(post=post)


@contextmanager
def told(folders: tuple[Path, ...]) -> Iterator[None]:
    """Tell what goes wrong in a template by its file and line."""
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{error.filename or error.name}:{error.lineno}: {error.message}") from error
    except jinja2.TemplateNotFound as error:
        raise TemplateError(f"template {error.name}: not found in {' or '.join(map(str, folders))}") from error
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise TemplateError(f"{_place(error.__traceback__, folders)}: {error}") from error


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
    environment = _environment((overrides, our_templates()))
    for path in sorted(overrides.rglob("*.j2")):
        name = path.relative_to(overrides).as_posix()
        try:
            names = meta.find_undeclared_variables(environment.parse(path.read_text("utf-8")))
        except (jinja2.TemplateSyntaxError, UnicodeDecodeError) as error:
            yield name, f"can't be read: {error}", "mend it"
            continue
        if name not in ours and not _is_included(name, overrides):
            yield name, "is used by nothing", nearest(name, sorted(ours))
        for gone in sorted(names - {"post", "section"}) if name.endswith(".md.j2") else ():
            yield name, f"uses {gone!r}, which no template is given", "post and section are what there is"


def _is_included(name: str, overrides: Path) -> bool:
    return any(name in path.read_text("utf-8", "replace") for path in overrides.rglob("*.j2"))


def folders_of(overrides: Path | None) -> tuple[Path, ...]:
    """Where templates are looked for: a project's own folder, if it has one, before ours."""
    return (overrides, our_templates()) if overrides and overrides.is_dir() else (our_templates(),)


@cache
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  it would be HTML's; finalize escapes, for Markdown
    )
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
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
