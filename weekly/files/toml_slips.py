"""Explain what is wrong with a line of TOML, and what to write instead."""

from __future__ import annotations

import re

from weekly.text.patterns import lazy_pattern


def explained(what: str, line: str) -> str:
    """Return the parser's message in our words where it speaks of its own values, with what to do about usual slips."""
    if match := re.fullmatch(r"Cannot declare (\(.*\)) twice", what):
        table = ".".join(re.findall(r"'([^']*)'", match[1]))
        return f"[{table}] stands twice; put its keys together, or write [[{table}]] for each entry of a list"
    if what == "Cannot overwrite a value":
        header = re.match(r"\[+\s*([^]]+?)\s*\]", line)
        twice = f"[{header[1]}] and [[{header[1]}]] are different; write [[{header[1]}]] each time" if header else ""
        return twice or "this key stands twice in its table; remove one"
    advice = next((advice for slip, advice in _SLIPS if slip.search(line)), "")
    return f"{what[:1].lower()}{what[1:]}{'; ' if advice else ''}{advice}"


_SLIPS = (
    (lazy_pattern("[“”„‘’]"), 'write straight quotes, as in "text"'),
    (lazy_pattern(r"=\s*(?:True|False)\b"), "write true or false in small letters"),
    (lazy_pattern(r"=\s*\d{1,2}[-./]\d{1,2}[-./]\d{4}\b"), "write a date as 2023-03-27"),
    (lazy_pattern(r"^\s*[\w./-]*[/#][^\"'=]*="), 'put the key into quotes, as in "octo/hello#1".text'),
    (lazy_pattern(r"=\s*[A-Za-z][\w ./-]*$"), 'put text into quotes, as in "text"'),
)
"""Usual slips in a line of TOML, and what to write instead."""
