"""Templates of a project run no code and read no file but templates."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import date
from pathlib import Path

import jinja2
import pytest
from jinja2.bccache import FileSystemBytecodeCache
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.conftest import ROOT, Weekly
from weekly import __version__
from weekly.errors import TemplateError
from weekly.model import Post
from weekly.render import environment as environments
from weekly.render.environment import bundled_templates, environment_of, files_of, new_environment
from weekly.render.overrides import override_faults
from weekly.render.post import to_markdown
from weekly.week import Week

NAME = "sections/nothing.md.j2"
ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ post.__class__.__init__.__globals__ }}",
    "{{ post.__reduce__() }}",
    "{{ cycler.__init__.__globals__.os.popen('touch ran').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].system('touch ran') }}",
    "{{ self.__init__.__globals__.__builtins__.open('ran', 'w') }}",
    "{{ self._TemplateReference__context }}",
    "{{ range.__self__ }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(post) }}",
    "{{ '{0.__class__}'.format_map({'0': post}) }}",
    "{{ ('{0.__class__.__mro__}' | attr('format'))(post) }}",
    "{% set f = '{0.__class__.__mro__}'.format %}{{ f(post) }}",
    "{{ [post] | map(attribute='__class__') | list }}",
    "{{ post | attr('__class__') }}",
    "{{ ['{0.__class__.__mro__}'] | map('format', post) | list }}",
    "{{ (post.sections | groupby('__class__'))[0] }}",
    "{{ [post] | sort(attribute='__class__.__mro__') }}",
    "{% for part in [post] | selectattr('__class__') %}{{ part }}{% endfor %}",
    "{{ config }}{{ request }}{{ get_flashed_messages.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "{{ m._func.__code__ }}{% macro m() %}{% endmacro %}",
    "{{ caller.__globals__ }}",
    "{% import 'sections/block.md.j2' as b %}{{ b.__loader__ }}{{ b._module }}",
    "{{ dict.__base__.__subclasses__() }}",
    "{{ post.sections.__class__.__base__ }}",
    "{{ (post.week.shifted.__func__ or post).__globals__ }}",
    "{{ [].append.__self__.__class__.__base__.__subclasses__() }}",
]
SECRETS = ("DISCOURSE_API_KEY", "s3cret-of-the-test")


def override(project: Weekly, text: str, name: str = NAME) -> Path:
    path = project.folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(*SECRETS)
    return SECRETS[1]


@pytest.mark.parametrize("escape", ESCAPES)
def test_an_escape_from_the_sandbox_runs_nothing(
    archived: Weekly, escape: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`render` and `check` either refuse the template or print nothing of Python's."""
    override(archived, escape)
    monkeypatch.chdir(archived.folder)
    for command in ("render", "check"):
        ran = archived(command, "--week", "2023-03-27")
        assert not (archived.folder / "ran").exists()
        assert secret not in ran.out + ran.err
        assert "<class" not in ran.out
        assert "&lt;class" not in ran.out
        assert "<built-in" not in ran.out


@pytest.mark.parametrize("escape", ESCAPES)
def test_an_escape_in_a_preview_template_runs_nothing(
    archived: Weekly, escape: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    override(archived, "{% macro explanation(note) %}" + escape + "{% endmacro %}" + escape, "preview.html.j2")
    monkeypatch.chdir(archived.folder)
    ran = archived("preview", "--week", "2023-03-27", "-o", "-")
    assert not (archived.folder / "ran").exists()
    assert secret not in ran.out + ran.err
    assert "class &#39;" not in ran.out


@pytest.mark.parametrize(
    "statement", ["{% do post %}", "{% debug %}", "{% trans %}x{% endtrans %}", "{% python %}x{% endpython %}"]
)
def test_no_extension_adds_statements(archived: Weekly, statement: str) -> None:
    override(archived, statement)
    assert archived("render", "--week", "2023-03-27").code == 2


# Files ---------------------------------------------------------------------------------------------------------------

LINKS = {
    "a link to a file outside": (NAME, "{outside}/secret"),
    "a link upward": (NAME, "../../outside/secret"),
    "a link to the environment": (NAME, "/proc/self/environ"),
    "a link to another template": (NAME, "other.md.j2"),
    "a linked folder": ("sections", "{outside}"),
}


@pytest.mark.parametrize("case", LINKS)
def test_a_linked_template_is_refused(archived: Weekly, tmp_path: Path, case: str, secret: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret").write_text(secret)
    (outside / "nothing.md.j2").write_text(secret)
    name, target = LINKS[case]
    path = archived.folder / "templates" / name
    path.parent.mkdir(parents=True)
    (path.parent / "other.md.j2").write_text("- other\n")
    path.symlink_to(target.format(outside=outside))
    for command in ("render", "preview", "check"):
        ran = archived(command, "--week", "2023-03-27", *(("-o", "-") if command == "preview" else ()))
        assert ran.code == (1 if command == "check" else 2), ran.err
        assert "is a symbolic link; replace it with the file or folder itself" in ran.out + ran.err
        assert secret not in ran.out + ran.err


def test_a_linked_folder_of_templates_is_refused(archived: Weekly, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    (outside / "sections").mkdir(parents=True)
    (outside / NAME).write_text("- linked\n")
    (archived.folder / "templates").symlink_to(outside)
    ran = archived("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (2, "")
    assert "templates: is a symbolic link" in ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_instead_of_a_template_never_blocks(archived: Weekly) -> None:
    path = archived.folder / "templates" / NAME
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert archived("render", "--week", "2023-03-27").code == 0
    ran = archived("check", "--week", "2023-03-27")
    assert f"templates/{NAME}: can't be read: Is not a regular file" in ran.out


def test_a_huge_template_is_refused(archived: Weekly) -> None:
    override(archived, "x" * 1_000_001)
    ran = archived("render", "--week", "2023-03-27")
    assert ran.code == 2
    assert f"templates/{NAME}: can't be read: Is larger than 1 MB" in ran.err


@pytest.mark.parametrize("name", ["../weekly.toml", "/etc/passwd", "sections/../../weekly.toml", "..\\weekly.toml"])
def test_an_include_never_leaves_the_folder(archived: Weekly, name: str) -> None:
    override(archived, "{% include " + repr(name) + " %}")
    ran = archived("render", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (2, "")


# The cache of compiled templates -------------------------------------------------------------------------------------


EVIL = "{{ ''.__class__.__mro__ }}"


def rendered(folder: Path) -> str:
    post = Post(week=Week(monday=date(2023, 3, 27)), title="T", sections=(), placements=())
    return to_markdown(post, folder / "templates")


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A writable copy of the bundled templates, as in a package that was just installed."""
    folder = tmp_path / "package" / "templates"
    shutil.copytree(bundled_templates(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(environments, "_PACKAGED", folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    environment_of.cache_clear()
    return folder


def poison(folder: Path, name: str, cache: Path, pattern: str) -> None:
    """Fill a cache with a template that was compiled without the sandbox."""
    cache.mkdir(exist_ok=True)
    unsafe = jinja2.Environment(  # noqa: S701  that is the point
        loader=jinja2.FileSystemLoader(folder),
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(str(cache), pattern),
    )
    assert "object" in unsafe.get_template(name).render()


@pytest.mark.parametrize("pattern", ["__jinja2_%s.cache", f"weekly-{__version__}-%s.cache"])
def test_a_cache_of_unsandboxed_templates_is_not_used(bundled: Path, tmp_path: Path, pattern: str) -> None:
    """Another program, or an older version, may share the cache's folder."""
    (bundled / "post.md.j2").write_text(EVIL)
    poison(bundled, "post.md.j2", bundled / "__pycache__", pattern)
    with pytest.raises(TemplateError, match="access to attribute '__class__' of 'str' object is unsafe"):
        rendered(tmp_path)


def test_a_projects_template_is_never_loaded_from_a_cache(bundled: Path, tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "post.md.j2").write_text(EVIL)
    pattern = f"weekly-{__version__}-sandboxed-%s.cache"
    for cache in (bundled / "__pycache__", own / "__pycache__"):
        poison(own, "post.md.j2", cache, pattern)
    with pytest.raises(TemplateError, match="is unsafe"):
        rendered(tmp_path)


def test_only_bundled_templates_are_cached(bundled: Path, tmp_path: Path) -> None:
    rendered(tmp_path)
    cached = sorted(path.name for path in (bundled / "__pycache__").iterdir())
    assert cached
    assert all(name.startswith(f"weekly-{__version__}-sandboxed-") for name in cached)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "post.md.j2").write_text("mine: {{ post.title }}")
    assert rendered(tmp_path) == "mine: T"
    assert [path.name for path in (tmp_path / "templates").rglob("*")] == ["post.md.j2"]
    assert sorted(path.name for path in (bundled / "__pycache__").iterdir()) == cached


def test_a_cached_template_renders_the_same(bundled: Path, tmp_path: Path) -> None:
    first = rendered(tmp_path)
    environment_of.cache_clear()
    assert rendered(tmp_path) == first


def test_every_environment_is_the_immutable_sandbox(tmp_path: Path) -> None:
    for environment in (new_environment((tmp_path,)), environment_of((tmp_path,), files_of((tmp_path,)))):
        assert isinstance(environment, ImmutableSandboxedEnvironment)
        assert environment.extensions == {}


# Our own templates ---------------------------------------------------------------------------------------------------


def test_check_finds_nothing_wrong_with_copies_of_our_own_templates(archived: Weekly) -> None:
    shutil.copytree(bundled_templates(), archived.folder / "templates")
    ran = archived("check", "--week", "2023-03-27")
    assert (ran.code, ran.out) == (0, "No findings.\n")


def test_check_finds_nothing_wrong_with_this_repository() -> None:
    assert list(override_faults(ROOT / "templates")) == []
