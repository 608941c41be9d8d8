"""Errors about usual slips in notes and weekly.toml say what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from weekly.config import Config
from weekly.errors import ConfigError, NotesError
from weekly.files.decode import toml_record
from weekly.notes.file import notes_of


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('octo/hello#11.text = "x"', 'put the key into quotes, as in "octo/hello#1".text'),
        ("title = \u201cx\u201d", 'write straight quotes, as in "text"'),
        ("[pulls.'#1']\nshow = False", "write true or false in small letters"),
        ("day = 23-11-2026", "write a date as 2023-03-27"),
        ("title = uv", 'put text into quotes, as in "text"'),
        ('[pulls]\nintroduction = "x"', "move it above [pulls] if you mean the file's own introduction"),
        ('[pulls]\n"#11" = "x"', 'write "#11".text'),
        ('[pulls."#1"]\nkind = "feature"', "'feature' is not permitted; permitted: 'bugfix', 'dependencies', "),
        ('[pulls."#1"]\nkind = "bugfx"', "did you mean 'bugfix'?"),
    ],
)
def test_a_slip_in_notes_gets_advice(text: str, advice: str) -> None:
    with pytest.raises(NotesError) as caught:
        notes_of(f"{text}\n", Path("w.toml"))
    assert advice in str(caught.value)
    assert str(caught.value).startswith("w.toml:")


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('[[repository]]\nrepo = "a/b"', "unknown key 'repository'; did you mean 'repositories'?"),
        ('[repositories]\nrepo = "a/b"', "must be a list, not a table; write [[repositories]]"),
        (
            '[[sections]]\nkind = "upstream"\n[sections]\nkind = "upstream"',
            "[sections] stands twice; put its keys together, or write [[sections]] for each entry of a list",
        ),
    ],
)
def test_a_slip_in_the_configuration_gets_advice(text: str, advice: str) -> None:
    with pytest.raises(ConfigError) as caught:
        toml_record(f"{text}\n", Config, where=Path("weekly.toml"), error=ConfigError)
    assert advice in str(caught.value)
