"""The base of all records.

Modules of records that are read from files don't postpone annotations: msgspec would evaluate each one at start-up,
which takes longer than to read the files.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

SCHEMA_VERSION = 1
"""The form of the files in archive/."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The base of all records. Files leave out default values.

    Each subclass repeats frozen and kw_only: msgspec doesn't inherit the latter, and mypy needs the former.
    """


Count = Annotated[int, Meta(ge=0)]
