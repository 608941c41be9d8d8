"""Our templates, compiled: to compile them takes as long as all else in a render, and comes out the same each time.

A project's own templates are compiled whenever they are used: nothing of ours comes into its folders.
"""

from __future__ import annotations

from pathlib import Path
from types import CodeType, ModuleType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from weekly import kept
from weekly.shipped import our_templates


class Compiled(BytecodeCache):
    """Where Jinja looks for a template's code before it compiles it; a bucket's key is the file, "" for a project's own."""

    def __init__(self, *makers: ModuleType) -> None:
        """Code that holds as long as Jinja and these modules, which have a say in it, are what they are."""
        self._ours = our_templates()
        self._makers = [Path(str(module.__file__)) for module in (jinja2.compiler, *makers)]

    def get_bucket(
        self,
        environment: jinja2.Environment,
        name: str,  # noqa: ARG002  Jinja's signature
        filename: str | None,
        source: str,
    ) -> Bucket:
        """The code of a template, where it is kept and still holds."""
        key = filename if filename and self._ours in Path(filename).parents else ""
        bucket = Bucket(environment, key, kept.stamp_of(*self._makers) + self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code that is kept."""
        found = kept.load(Path(bucket.key), bucket.checksum) if bucket.key else None
        bucket.code = found if isinstance(found, CodeType) else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code that was just compiled."""
        if bucket.key:
            kept.save(Path(bucket.key), bucket.checksum, bucket.code)
