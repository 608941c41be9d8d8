"""What all records are made of.

The modules of records that are read from files do without postponed annotations: msgspec would evaluate each text anew at
the start of every command, which takes longer than to read the files.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

SCHEMA_VERSION = 1
"""The form of the files in archive/."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of all records: what stands at its default is left out of files, so that they stay readable.

    Each subclass says frozen and kw_only itself: msgspec doesn't inherit the latter, and mypy reads the former there.
    """


Count = Annotated[int, Meta(ge=0)]
