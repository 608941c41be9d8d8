"""Turn a changelog entry in reStructuredText or Markdown into a plain sentence with code spans."""

from __future__ import annotations

import re
from itertools import islice, takewhile

from weekly.text import english
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.wrappers import NO_STANDARD

_COMMENT = lazy_pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DIRECTIVE = lazy_pattern(r"^\s*\.\. .*$|^\s*:\w+:(?: .*)?$|^([=~^\-\"'#*+])\1{2,}\s*$", re.MULTILINE)
_BULLET = lazy_pattern(r"^\s*[-*+•]\s+")
_ROLE = lazy_pattern(r":([a-zA-Z][\w.:+-]*):`([^`]+)`")
_TRACKER_ROLES = lazy_pattern(
    r"(?:.*-)?(?:issues?|pr|pull|gh|bpo|bug|user|ghuser|github|commit|author|ticket|pep-?number)\d*"
)
_TEXT_ROLES = lazy_pattern(
    r"(?:doc|ref|term|std:.*|any|numref|abbr|rfc|pep|cve|cwe|emphasis|strong|title|sup|sub|kbd|index)"
)
_TITLED = lazy_pattern(r"(.+?)\s*<[^<>]*>")
_RST_LINK = lazy_pattern(r"`([^`<>]+?)\s*<[^<>`]*>`__?")
_RST_REFERENCE = lazy_pattern(r"`([^`]+)`__?(?!\w)")
_LITERAL = lazy_pattern(r"``(?!`)(.+?)(?<!`)``")
_MARKDOWN_LINK = lazy_pattern(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_ANSIBLE = lazy_pattern(r"\b(C|V|O|B|I|M|P|E|RV|U|L|R)\(((?:[^()]|\([^()]*\))*)\)")
_BOLD = lazy_pattern(r"(\*\*)(?=\S)(.+?)(?<=\S)\1")
_REFERENCE = r"(?:https?://[^\s<>()]+/(?:issues?|pull|pulls|merge_requests|commit|browse)/[^\s<>(),;]+|[\w.-]*/?[\w.-]*\#\d+|GH-\d+|!\d{2,})"
_CLOSING = r"(?:(?:fix(?:e[sd]|ing)?|clos(?:e[sd]?|ing)|resolv(?:e[sd]?|ing)|see(?: also)?|refs?|issues?|pr|bug|pull request)[\s:]*)?"
_REFERENCES = rf"{_CLOSING}{_REFERENCE}(?:(?:\s*[,;&/]\s*|\s+and\s+|\s+)(?:and\s+)?{_CLOSING}{_REFERENCE})*"
_BRACKETED = lazy_pattern(rf"\s*[(\[](?:in |via |from )?{_REFERENCES}[\s,.;]*[)\]]", re.IGNORECASE)
_TRAILING = lazy_pattern(rf"(?:^|(?<=[.!?;,)])|(?<=\w)|(?<=`))\s+[-—(]*\s*{_REFERENCES}[\s.)]*$", re.IGNORECASE)
_LEADING = lazy_pattern(rf"^(?:{_REFERENCES}|(?-i:{NO_STANDARD}[A-Z][A-Z0-9]+-\d+))[\s:,.-]+(?=\S)", re.IGNORECASE)
_CREDIT = lazy_pattern(
    r"\s*\((?:@[\w-]+(?:\[bot\])?(?:, | and |, and |\s)?)+\)(?=[.\s]*$)"
    r"|\s*(?:--+|—|–)\s*(?:patch |contributed |reported )?by\b.*$|\s*\(?(?:contributed |patch |reported )?by @[\w-]+"
    r"(?:(?:,| and)+ @[\w-]+)*\)?(?=[.\s]*$)|\s*[-–—]?\s*Thanks (?:to )?@[\w-]+[^.]*\.?(?=\s*$)|\s*_@[\w-]+_\.?(?=[.\s]*$)",
    re.IGNORECASE,
)
_SEE = lazy_pattern(
    r"(?<=[.!?])\s+(?:(?:Please )?[Ss]ee|Refer to|Consult|For (?:more|further|full) (?:details|information))\b(?:(?![.!?]\s).)*$"
)

_MOST_ITEMS, _LONGEST_ITEM = 6, 50
"""Items of a list, and characters of an item, that one sentence holds."""
_TEXT_LIMIT, _PARAGRAPH_LIMIT = 5_000, 1_200
"""Characters of an entry, and of its first paragraph, that are read."""


def sentence(text: str) -> str:
    """Return the first paragraph as plain text, without roles, links, issue numbers and credits."""
    text = _DIRECTIVE.sub("", _COMMENT.sub("", text[:_TEXT_LIMIT].replace("\r\n", "\n").replace("\t", "    ")))
    paragraphs = re.split(r"\n\s*\n|(?<=:)\n(?= *[-*+•] )", text)
    for index, paragraph in enumerate(paragraphs):
        if found := _plain(_one_line(paragraph)[:_PARAGRAPH_LIMIT]):
            items = takewhile(_BULLET.match, islice(paragraphs, index + 1, None))
            return _SEE.sub("", _with_list(found, paragraph.rstrip(), "\n".join(items)))
    return ""


def _with_list(text: str, paragraph: str, items: str) -> str:
    """Return a text with the few short items that it introduces. A list of other items loses its introduction."""
    if not items or paragraph.endswith((".", "!", "?")):
        return text
    listed = [_plain(" ".join(item.split())).rstrip(".;,") for item in re.split(r"(?m)^\s*[-*+•]\s+", items)[1:]]
    if len(listed) <= _MOST_ITEMS and all(0 < len(item) <= _LONGEST_ITEM and ". " not in item for item in listed):
        return f"{text}{':' if paragraph.endswith(':') else ''} {english.listed(listed)}."
    return re.sub(r"(?<=[.!?])\s+[^.!?]*$", "", text)


def sentences(items: list[str]) -> str:
    """Return several entries as one text, each ended by a full stop."""
    found = [plain for item in items if (plain := sentence(item))]
    return found[0] if len(found) == 1 else " ".join(ended(plain) for plain in dict.fromkeys(found))


def ended(text: str) -> str:
    """Return a text that ends with a full stop or another sign of the kind."""
    return text if text.endswith((".", "!", "?", "…", "。")) else text + "."


def without_comments(text: str) -> str:
    """Remove HTML comments, also one that is never closed."""
    return _COMMENT.sub("", text)


def _one_line(paragraph: str) -> str:
    """Join lines. Each further item of a list becomes a sentence."""
    parts: list[str] = []
    for line in paragraph.splitlines():
        if not line.strip() or re.match(r"\s*#{1,6}\s", line):
            continue
        bullet = _BULLET.match(line)
        if bullet and parts:
            parts[-1] = ended(parts[-1])
        parts.append((line[bullet.end() :] if bullet else line).strip())
    return " ".join(parts)


def _plain(text: str) -> str:
    text = _LITERAL.sub(lambda match: f"`{match[1].strip()}`", _ROLE.sub(_role, text))
    text = _MARKDOWN_LINK.sub(r"\1", _RST_REFERENCE.sub(r"`\1`", _RST_LINK.sub(r"\1", text)))
    text = _BOLD.sub(r"\2", _ANSIBLE.sub(_ansible, text))
    text = _CREDIT.sub("", text)
    for pattern in (_BRACKETED, _LEADING):
        text = pattern.sub("", text)
    text = _TRAILING.sub(lambda match: "." if "." in match[0][-2:] and not _ends(text, match) else "", text)
    text = re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", re.sub(r"\s+", " ", text))
    text = re.sub(r"[;,]?\s+(?:see|refs?|fixes|closes)(?=[.\s]*$)|[;,](?=\.?$)", "", text, flags=re.IGNORECASE)
    return text.replace("..", ".").strip(" -—").removesuffix(":") if "..." not in text else text.strip(" -—")


def _ends(text: str, match: re.Match[str]) -> bool:
    return text[: match.start()].rstrip().endswith((".", "!", "?"))


def _role(match: re.Match[str]) -> str:
    """Return a role's visible text, which is empty for issue numbers and people."""
    role, content = match[1].lower(), match[2].strip()
    if _TRACKER_ROLES.fullmatch(role):
        return f"#{content}" if content.isdecimal() else ""
    titled = _TITLED.fullmatch(content)
    shown = titled[1] if titled else content.rpartition(".")[2] if content.startswith("~") else content.lstrip("!")
    if role == "cve":
        return shown if shown.upper().startswith("CVE") else f"CVE-{shown}"
    if role in ("pep", "rfc") and not titled:
        return f"{role.upper()} {shown}"
    return shown if _TEXT_ROLES.fullmatch(role) else f"`{shown}`"


def _ansible(match: re.Match[str]) -> str:
    kind, content = match[1], match[2].strip()
    if kind in "BI" or kind == "U":
        return content
    if kind in ("L", "R"):
        return content.partition(",")[0].strip()
    plugin = r"#\w+$" if kind == "P" else r"^[\w.]+#\w+:(?:\w+:)?"
    return f"`{re.sub(plugin, '', content)}`"
