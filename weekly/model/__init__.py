"""Records that travel from stage to stage, all frozen and keyword-only."""

from weekly.model.activity import *
from weekly.model.base import *
from weekly.model.external import *
from weekly.model.post import *
from weekly.model.sections import *
from weekly.model.snapshot import *
from weekly.model.verdict import *
