"""Where that lies which comes with the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "templates"
_CHECKOUT = Path(__file__).parents[1] / "templates"


def our_templates() -> Path:
    """The folder of the templates: in the package, or beside it in a checkout."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
