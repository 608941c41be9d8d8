"""Prepare the metadata of a build: on the package index, the README's links lead to the repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class ReadmeHook(MetadataHookInterface):
    """Fills in the README, which the index shows far from the files that it links to."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the README with absolute links."""
        repository = metadata["urls"]["Repository"]
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        text = re.sub(r"!\[([^]]*)\]\((?!https?:)", rf"![\1]({repository}/raw/main/", text)
        text = re.sub(r"(?<!!)\[([^]]*)\]\((?!https?:|#)", rf"[\1]({repository}/blob/main/", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
