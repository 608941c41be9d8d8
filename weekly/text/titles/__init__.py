"""Read titles of pull requests and turn them into sentences."""

from weekly.text.titles.capitals import lowered
from weekly.text.titles.nouns import noun_with_article
from weekly.text.titles.parse import Title, parse
from weekly.text.titles.sentence import explaining_sentence, finished, sentence

__all__ = ["Title", "explaining_sentence", "finished", "lowered", "noun_with_article", "parse", "sentence"]
