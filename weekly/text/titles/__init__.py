"""Titles of pull requests: their parts, and the sentences that can be made of them."""

from weekly.text.titles.parse import Title, apart
from weekly.text.titles.sentence import sentence, told

__all__ = ["Title", "apart", "sentence", "told"]
