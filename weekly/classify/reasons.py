"""Give the reason for a verdict in plain words."""

from __future__ import annotations

import re

from weekly.model import Verdict

_REASONS = {
    "label": "It has the {}.",
    "bot": "It was {}.",
    "ticked-box": "The box was {}.",
    "issue-label": "It {}.",
    "editor": "You chose the kind in {}.",
}
"""A sentence for each rule's evidence. For other rules it is the evidence itself."""
_CLEAR = re.compile(r"the (?:title|description|release note) says '.*?'(?=[,;]|$)")
"""The evidence of weighed words that readers understand best."""


def reason_of(verdict: Verdict) -> str:
    """Return the clearest reason for a verdict in plain words, without the details of the rule."""
    evidence = verdict.evidence
    if verdict.rule == "words":
        clear = None if evidence.startswith("only ") else _CLEAR.search(evidence)
        evidence = clear[0] if clear else re.split("[,;] ", evidence)[0]
    elif verdict.rule in _REASONS and not evidence.startswith("every commit"):
        return _REASONS[verdict.rule].format(evidence)
    return f"{evidence[:1].upper()}{evidence[1:]}."
