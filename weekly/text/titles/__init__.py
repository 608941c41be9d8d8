"""Titles of pull requests: their parts, and the sentences that can be made of them."""

from weekly.text.titles.nouns import with_article
from weekly.text.titles.parse import Title, parse
from weekly.text.titles.sentence import explaining_sentence, finished, sentence

__all__ = ["Title", "explaining_sentence", "finished", "parse", "sentence", "with_article"]
