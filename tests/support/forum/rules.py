"""What the forum makes of a post beyond Markdown, as far as it is known: never milder than the forum, here and there stricter.

Around mentions, hashtags and emoji the forum wants white space or punctuation; here any place does. BBCode needs no end.
An emoji may be one of the forum's own, under any name that it has given: here any word between colons is one.

A forum's pictures for Unicode's emoji are left out here, and so are watched words, which its admins have it replace,
link or censor. Those are the forum's own choice and nothing stops them in running text but to break the words. They
leave the text of links and code alone, and never change what is stored, so that no edit is seen where there was none.
"""

from __future__ import annotations

import re

TAGS = (
    "b|i|u|s|code|url|email|img|quote|details|spoiler|poll|wrap|excerpt|date|date-range|grid|chat|event|math|timezone"
)
"""BBCode's, inline or in a block."""

REPLACEMENTS = (
    (r"\(c\)", "©"),
    (r"\(r\)", "®"),
    (r"\(p\)", "§"),
    (r"\(tm\)", "™"),
    (r"\(pa\)", "¶"),
    (r"\+-", "±"),
    (r"(^|\s)-{1,2}>(?=\s|$)", "$1→"),
    (r"(^|\s)<-{1,2}(?=\s|$)", "$1←"),
    (r"(^|\s)<-{1,2}>(?=\s|$)", "$1↔"),
    (r"\.{2,}", "…"),
    (r"([?!])…", "$1.."),
    (r"([?!]){4,}", "$1$1$1"),
    (r",{2,}", ","),
    (r"(^|[^-])---(?=[^-]|$)", "$1—"),
    (r"(^|\s)--(?=\s|$)", "$1–"),
    (r"(^|[^-\s])--(?=[^-\s]|$)", "$1–"),
)
"""The typographer's, on each run of text; those that the forum has switched off, or limits, too."""

TLDS = ("onion", "dev", "app", "sh", "io", "md")
"""Beside those that linkify knows by itself."""

MENTION = re.compile(r"@[\w\u0300-\u036f\u200c\u200d]")
HASHTAG = re.compile(r"#[\u00c0-\u1fff\u2c00-\ud7ff\w:-]")
DATE = re.compile(r"\[date(?:=|-range ).+?\]")
CHECKBOX = re.compile(r"\[[ _*xX-]?\]")
EMOJI = re.compile(r":[^\s:\u2060]{1,60}:")
_SHORTCUTS = (
    ":)", ":-)", "^_^", "^__^", ":(", ":-(", ";)", ";-)", ":'(", ":'-(", ":-'(", ":p", ":P", ":-p", ":-P", ":o", ":O", ":-O", ":d", ":D",
    ":-D", ":|", ":-|", ":/", ":-/", ":\\", ":*", ":-*", ":$", ":-$", ";p", ";P", ";-p", ";-P", "8)", "8-)", "B)", "B-)", "<3", "</3",
    "-_-", "-__-", ":3", ":@", ":]", ":[",
)  # fmt: skip
SHORTCUT = re.compile(rf"(?:^|(?<=[\W_]))(?:{'|'.join(map(re.escape, _SHORTCUTS))})(?=[ \t]|$)")
OPTION = re.compile(r"(?:^|\|)(?:attachment(?=\||$)|[\w.:-]*=)", re.ASCII)
"""Of a link's first run of text: it goes from there into the link's attributes."""
