"""Find faults in a project's own templates."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import meta

from weekly.errors import TemplateError
from weekly.files.decode import nearest
from weekly.files.paths import shown
from weekly.render.environment import MARKDOWN_FILTERS, bundled_templates, new_environment, template_source


def override_faults(overrides: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each fault of a project's own templates as name, fault and hint."""
    bundled = bundled_templates()
    environment = new_environment((overrides, bundled))
    environment.filters.update(MARKDOWN_FILTERS, web=str)
    sources: dict[str, str] = {}
    for path in sorted(overrides.rglob("*.j2")):
        name = path.relative_to(overrides).as_posix()
        try:
            source = _override(path, overrides)
            if _is_bundled(name, source):
                continue
            sources[name] = source
            variables = meta.find_undeclared_variables(environment.parse(source))
        except (jinja2.TemplateError, TemplateError, RecursionError, OSError) as error:
            yield name, f"can't be read: {_reason(error, path)}", "correct it"
            continue
        for missing in sorted(variables - {"post", "section"}) if name.endswith(".md.j2") else ():
            yield name, f"uses {missing!r}, which no template is given", "post and section are what there is"
    names = sorted(path.relative_to(bundled).as_posix() for path in bundled.rglob("*.j2") if path.parent.name != "init")
    for name in sources:
        if name not in names and not any(name in source for source in sources.values()):
            yield name, "is used by nothing", nearest(name, names)


def _override(path: Path, overrides: Path) -> str:
    """Return the text of a project's own template."""
    path.stat()
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return template_source(path, overrides)


def _is_bundled(name: str, source: str) -> bool:
    """Tell whether a template is an unchanged copy of a bundled one."""
    path = bundled_templates() / name
    return path.is_file() and path.read_text("utf-8") == source


def _reason(error: Exception, path: Path) -> str:
    """Return why a template can't be read, without its name."""
    reason = str(getattr(error, "strerror", None) or getattr(error, "message", None) or error)
    return reason.removeprefix(f"{shown(path)}: ").removeprefix("can't be read: ")
