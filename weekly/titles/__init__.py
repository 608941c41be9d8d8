"""Titles of pull requests: their parts, and the sentences that can be made of them."""

from weekly.titles.drafting import sentence, told
from weekly.titles.parts import Title, apart

__all__ = ["Title", "apart", "sentence", "told"]
