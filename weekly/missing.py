"""What a template asks for and isn't there, told in the words of those who write templates."""

from __future__ import annotations

import re

import jinja2
import msgspec

from weekly.strict import nearest

_WORDS = {"str": "a text", "Markdown": "a text", "tuple": "a list", "list": "a list", "int": "a number", "bool": "yes or no",
          "float": "a number", "date": "a day", "datetime": "a time", "NoneType": "nothing"}  # fmt: skip


class Missing(jinja2.StrictUndefined):
    """An error wherever it is used, which names what there is instead."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        """Jinja's own speaks of our modules."""
        holder, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or holder is jinja2.utils.missing or name is None:
            return super()._undefined_message
        what = f"{_called(holder)} has no {name!r}"
        known = _names(holder)
        return f"{what}; {nearest(str(name), known)}" if known else what


def _called(holder: object) -> str:
    kind = type(holder).__name__
    if kind in _WORDS:
        return _WORDS[kind]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    return f"the {words} section" if hasattr(holder, "template") else f"the {words}"


def _names(holder: object) -> list[str]:
    """All that a template may ask a record for."""
    if not isinstance(holder, msgspec.Struct):
        return []
    told = (name for name in dir(type(holder)) if isinstance(getattr(type(holder), name), property))
    return [*holder.__struct_fields__, *told]
