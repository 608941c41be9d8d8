"""Find the program or the command that a pull request changes, by its scope and its files."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import cache

from weekly.config.highlights import HighlightRules
from weekly.model import PullRequest
from weekly.text import english
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import except_code
from weekly.text.vocabulary import name_list, word_list

SUFFIXES = words("c cpp go h in java js py rb rs sh ts")
"""Endings of files of code."""


def tool_of(pull: PullRequest) -> str:
    """Return the program that is called as the repository, without hyphens where its folder has none."""
    name = pull.repo.rpartition("/")[2].lower()
    plain = name.replace("-", "")
    return plain if any(change.path.startswith(f"cmd/{plain}/") for change in pull.files) else name


def named_program(name: str, whole: str, code: Sequence[str], own: Container[str]) -> str:
    """Return the program that a scope names, by the folders of programs or by its hyphen."""
    wanted = name.replace("_", "-")
    if any(wanted in _programs_of(path) for path in code) and wanted not in own:
        return wanted
    is_own = all(word in own for word in whole.split("-"))
    return name if _TOOL.match(name) and not is_own else ""


def _programs_of(path: str) -> tuple[str, ...]:
    """Return the programs that a source file may belong to: that of its folder, or its own where that has two words."""
    *folders, name = path.split("/")
    stem = name.partition(".")[0].replace("_", "-")
    if name.rpartition(".")[2] not in SUFFIXES and "." in name:
        return ()
    is_program = "-" in stem and not {"bin", "cmd", "tools"}.isdisjoint(folders)
    return (*(folders[1:2] if folders[:1] == ["cmd"] else ()), *((stem,) if is_program else ()))


# A scope such as "lxc-attach" or "systemd-generator" names a tool or a component. Others may be folders of the code.
_TOOL = lazy_pattern(r"^(?!.*\b(?:ci|commit|conf\w*|deps|lint|quality|style|tests?|tree|up)\b)[a-z]\w+(?:-[a-z]\w+)+$")


def named_subcommand(segments: Sequence[str], pull: PullRequest, code: Sequence[str]) -> str:
    """Return a command of the program that is called as the repository, by the file of its own that changes."""
    tool = tool_of(pull)
    called = [word for word in segments if word != tool]
    nouns = [word for word in called if english.verb(word) is None]
    is_name = all(re.fullmatch(r"[a-z][a-z0-9]+", word) for word in called)
    is_name = is_name and (not nouns or not word_list("generic").issuperset(nouns))
    if not called or not is_name or tool in word_list("generic") or called[-1] in ("main", "root"):
        return ""
    is_full = len(called) < len(segments)
    call = "_".join(called)
    if any(call in _calls_of(path.lower(), tool, is_full=is_full) for path in code):
        words_of_call = "-".join(called) if "-".join(called) in pull.title.lower() else " ".join(called)
        return f"in `{words_of_call if tool in word_list('parts') else f'{tool} {words_of_call}'}`"
    return ""


def _calls_of(path: str, tool: str, *, is_full: bool) -> tuple[str, ...]:
    """Return what a file may be the command of: `pr_list` for `pkg/cmd/pr/list.go`, also `list` where the program is named.

    In the folder "src" of another program, commands may be an editor's.
    """
    *folders, file = path.split("/")
    place = next((at for at, folder in enumerate(folders) if folder in _COMMANDS), None)
    if place is None or file.rpartition(".")[2] not in SUFFIXES or ("src" in folders and tool not in folders):
        return ()
    stem = re.sub(r"^(?:cmd|command|main)_", "", file.partition(".")[0].replace("-", "_"))
    inner = [folder for folder in folders[place + 1 :] if folder not in _COMMANDS | {tool, "tools"}]
    if inner and inner[0].startswith(tool):  # another program of the family, such as a daemon
        return ()
    whole = "_".join([*inner, *([] if inner[-1:] == [stem] else [stem])])
    return (whole, stem) if is_full else (whole,)


_COMMANDS = words("cli cmd cmds command commands subcommands")
"""Folders with a file for each command of a program."""


def named_command(whole: str, code: Sequence[str], rules: HighlightRules, own: Container[str]) -> str:
    """Return a command of the project's tools, as `lxc storage` for `lxc/storage`, empty for the project's own name."""
    tool, _, rest = whole.partition("/")
    if tool in ("cmd", "tools") and rest:
        tool, rest = re.split(r"[/.,]", rest)[0].replace("_", "-"), ""
    if tool in own:
        return ""
    if whole.startswith(("cmd/", "tools/")) or (tool in rules.commands and "-" in tool and not rest):
        return f"in {tool}" if "-" in tool else f"in `{tool}`"
    subcommand = re.split(r"[/_]", rest)[0]
    files = (  # for `lxc storage`: lxc/storage.go, lxc/main_storage.go, lxc/storages_list.go
        re.match(rf"{re.escape(tool)}/(?:main_)?{re.escape(subcommand)}(?:e?s)?(?:_[\w-]+)?\.\w+$", path)
        for path in code
    )
    is_tool = tool in rules.commands and any(files)
    if is_tool and subcommand in word_list("subcommands"):
        more = [part for part in re.split(r"[/_]", rest)[1:] if part in word_list("objects")]
        return f"in `{' '.join([tool, subcommand, *more])}`"
    return ""


def with_calls(title: str, pull: PullRequest, rules: HighlightRules) -> str:
    """Return a title with the calls of the project's program as code, and its first tool before a bare subcommand."""
    program = tool_of(pull)
    text = _with_tool(title, pull, rules)
    if program not in text.lower():
        return text
    call = _call(program)
    text = except_code(text, lambda piece: call.sub(lambda found: f"`{_small(found['call'] or found[0])}`", piece))
    changed = {command for change in pull.files for command in _calls_of(change.path.lower(), program, is_full=True)}
    return except_code(text, lambda piece: _plain_call(program).sub(lambda found: _marked(found, changed), piece))


def _small(call: str) -> str:
    """Return a call without the capital that a title begins with."""
    return call[0].lower() + call[1:]


def _marked(found: re.Match[str], changed: Container[str]) -> str:
    """Return "`tool eval`" where the file of that command changes, with the action after an object: "`tool image copy`"."""
    first, second = found["first"], found["second"]
    is_quoted = found.string[: found.start()].count("'") % 2 == 1
    is_known = first in word_list("objects") and second in word_list("actions")
    is_act = first in word_list("actions") | _MORE_ACTIONS
    is_called = _CALLED.search(found.string[: found.start()]) and (is_known or is_act)
    if is_quoted or not (is_called or first in changed or f"{first}_{second}" in changed):
        return found[0]
    is_action = second is not None and (f"{first}_{second}" in changed or is_known)
    rest = f" {second}" if second and not is_action else ""
    return f"`{found['program']} {first}{f' {second}' if is_action else ''}`{rest}"


_MORE_ACTIONS = words(
    "apply build commit install inspect lint load login logout logs prune run save search status uninstall unmount update upgrade"
)
_CALLED = lazy_pattern(r"\b(?:by|fix(?:e[sd])?|for|from|in|of|running|via|when|with)(?: the| using)? $", re.IGNORECASE)


@cache
def _plain_call(program: str) -> re.Pattern[str]:
    """Return a pattern for a program with one or two words after it."""
    word = rf"(?!(?:{_NO_ARGUMENT})\b)[a-z][a-z-]*"
    return re.compile(
        rf"(?<![\w/.-])(?P<program>{re.escape(program)}) (?P<first>{word})(?: (?P<second>{word}))?(?![\w/.-])"
    )


@cache
def _call(program: str) -> re.Pattern[str]:
    """Return a pattern for calls of a program that are quoted, or have an option, or the word "command" after them."""
    name = rf"[{program[0]}{program[0].upper()}]{re.escape(program[1:])}"
    before_option = rf"{name}(?=.* --?[a-z])(?:-[a-z]+)?"
    argument = rf"(?: (?!(?:{_NO_ARGUMENT})\b)(?!\w+ed\b)(?:[a-z][a-z-]*|<[a-z-]+>))"
    call = rf"(?<![\w/.-])(?:{before_option}|{re.escape(program)}){argument}"
    options = r"(?: --?[a-z][\w-]*(?![\w:-])(?:=\S+| '[^']*'| \"[^\"]*\")?)+"
    quoted = rf"""(?P<sign>['"])(?P<call>{re.escape(program)} [\w -]+)(?P=sign)"""
    return re.compile(
        rf"{quoted}|{call}{{0,3}}{options}|{call}{{1,3}}(?= (?:(?:sub-?)?commands?|no longer|now|should)\b)"
    )


_NO_ARGUMENT = "a|an|and|are|by|commands?|for|from|has|in|is|no|now|of|on|or|should|the|to|using|via|when|with"


def _with_tool(text: str, pull: PullRequest, rules: HighlightRules) -> str:
    """Return a title with the first tool before the subcommand of a file that changes: "Fix `lxc image list`"."""
    tool = re.escape(rules.commands[0]) if rules.commands else ""
    files = [
        match[1] for change in pull.files if (match := re.match(rf"{tool}/([a-z]+)(?:_[\w-]+)?\.\w+$", change.path))
    ]
    named = [name for name in name_list("objects") if name in files and name in text]
    if not tool or not named:
        return text
    objects, actions = "|".join(name_list("objects")), "|".join(name_list("actions"))
    is_bare = "".join(rf"(?<!{re.escape(command)} )" for command in rules.commands)
    command = (
        rf"{is_bare}(?<![\w`/:-])(?:{'|'.join(named)})(?: (?:{objects}))*(?: (?:{actions}))+(?![\w`/:-]| tokens?\b)"
    )
    return re.sub(command, lambda found: f"{rules.commands[0]} {found[0]}", text)
