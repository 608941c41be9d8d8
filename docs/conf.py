"""Configure Sphinx, which builds the pages of this folder into a site: `make docs`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

METADATA = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY = METADATA["urls"]["Repository"]

project = "weekly"
author = METADATA["authors"][0]["name"]
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
nitpicky = True
html_theme = "furo"
html_title = "weekly"
html_theme_options = {"source_repository": REPOSITORY, "source_branch": "main", "source_directory": "docs/"}
html_copy_source = False


def setup(app: Any) -> None:
    """Register what this project adds to Sphinx."""
    app.connect("source-read", link_to_repository)


def link_to_repository(_app: Any, _page: str, source: list[str]) -> None:
    """Point links to files outside docs/ to the repository. The files themselves are no part of the site."""
    source[0] = re.sub(r"\]\(\.\./", f"]({REPOSITORY}/blob/main/", source[0])
