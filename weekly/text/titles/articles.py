"""Give the nouns of a sentence the articles that titles leave out: "Fixed the status bar in the editor"."""

from __future__ import annotations

from weekly.text import english
from weekly.text.english import Form, words
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list

FUNCTION = words(
    "a an and as at after because before between but by due during for from if in into instead of on only or over per"
    " since so than that the this to under unless until using via when where whether which while with within without"
    " through across against about above around below beyond inside like near onto outside than toward towards under upon"
    " not it its their is are was were isn't being"
)
DETERMINERS = words("the a an its their all some any it them this that these those each every")
FAULTS = words(
    "bug crash race condition glitch hang deadlock panic leak regression typo overflow failure issue problem segfault mismatch"
    " mistake oversight"
)
"""Name faults of which there is one at a time: "Fix crash" is "Fixed a crash"."""

MISHAPS = words("dereference error exception warning")
"""Name mishaps that take an article in the singular. Unlike faults, a title may also add or handle them."""

_WORD = lazy_pattern(r"`[^`]*`|\S+")
_MEASURES = words("number amount level size order count rate use")
_WRONG = words(
    "wrong incorrect bad broken invalid possible potential rare stale spurious unexpected misleading duplicate double flaky"
)
_ONLY_ONE = words("correct latest right same whole entire current existing missing default underlying original actual")
_OF_ANYTHING = words("correct latest right same whole")
_ANY_ONE = words(
    "additional alternative arbitrary custom dedicated different empty endless external extra further infinite larger new newer nil"
    " null random"
    " separate single slow smaller temporary unique"
)
_GIVES = words("add implement introduce provide readd re-add reintroduce re-introduce")
_MAKES = words("accept allow create expect generate need open permit raise require return throw")
_REPORTS = words("display emit log print render send show write")
_MESSAGES = MISHAPS | words("dialog hint link message notice notification prompt spinner toast tooltip")
_NO_ARTICLE = (
    FUNCTION
    | DETERMINERS
    | words(
        "various several multiple many more most few two three both no other another such new-style one first second"
        " your my our his her what how why user's too so very yet"
    )
)
# Words that no noun phrase has.
_NO_PART = words("do don't didn't doesn't off on out up isn't can't")
_ACTIVITIES = words("choosing getting passing printing reading selecting setting showing specifying using writing")
_PLACES = words("in into inside within to from for on of")
_EVENTS = words(
    "change click close demand disk error event exit failure focus host request resize server signal source timeout"
)
_PREDICATES = words(
    "is isn't are was wasn't has hasn't had does doesn't did didn't can can't cannot could will would may might must should fails"
    " failed exists contains ends starts stops uses changes changed"
)
_CLAUSES = words("if when whenever where while until unless because that whether after before once")


def object_with_article(base: str, rest: str) -> str:
    """Return a verb's object, with its article where that is sure."""
    tokens = _WORD.findall(rest)
    phrase = _phrase(tokens)
    after = tokens[len(phrase)].lower() if len(tokens) > len(phrase) else ""
    if len(phrase) > 1 and phrase[-1].endswith("ing") and _is_thing(phrase[-2]) and after in DETERMINERS:
        phrase = phrase[:-1]  # "header specifying that"
    phrase = _to_head(phrase)
    if base == "make":
        phrase = _made(phrase)
    if not _may_take_one(phrase):
        return rest
    following = tokens[len(phrase)].lower() if len(tokens) > len(phrase) else ""
    found = _for_object(base, phrase, following)
    return f"{found} {rest}" if found else rest


def _phrase(tokens: list[str]) -> list[str]:
    """Return the words of a phrase to its end, which a function word or a comma is."""
    phrase: list[str] = []
    for word in tokens:
        if word.lower() in FUNCTION or word.lower() in _ENDS:
            break
        phrase.append(word)
        if word.endswith((",", ";", ":", ".")):
            break
    return phrase


def _is_gerund(word: str) -> bool:
    """Return whether a word is an activity: "creating bridged network interface" has no article."""
    verb = english.verb(word)
    return verb is not None and verb.form is Form.GERUND and word not in MISHAPS | word_list("things")


_ENDS = words("& + also both even like such whose")


def _may_take_one(phrase: list[str]) -> bool:
    return (
        bool(phrase)
        and phrase[0].lower() not in _NO_ARTICLE | _ACTIVITIES
        and (phrase[0][:1].isalpha() or phrase[0][0] in "`'\"%/-")
        and not (len(phrase) > 1 and _is_gerund(phrase[0]) and phrase[-1].lower() not in FAULTS | MISHAPS)
        and _NO_PART.isdisjoint(map(str.lower, phrase))
        and (phrase[0][0] == "'" or not any(word.endswith(("'s", "’s", "s'", "s’")) for word in phrase))
    )


def _to_head(phrase: list[str]) -> list[str]:
    """Cut a phrase after its noun where a gerund, a participle or an adverb follows: "issue handling names"."""
    while (
        len(phrase) > 1
        and (phrase[-1].strip(".,").endswith("ly") or phrase[-1] in ("again", "once"))
        and not _is_thing(phrase[-1])
    ):
        phrase = phrase[:-1]
    for place, word in enumerate(phrase[1:], start=1):
        if word in ("causing", "leading", "resulting"):
            return phrase[:place]
        is_kind = word == "related" and phrase[-1] != word  # "race condition related bugs" are several
        if word.endswith(("ing", "ed", "found", "seen")) and not is_kind and phrase[place - 1].lower() in FAULTS:
            return phrase[:place]
    return phrase


def _made(phrase: list[str]) -> list[str]:
    """Return what is made something else: "log level" of "log level configurable"."""
    place = next((place for place, word in enumerate(phrase) if _is_thing(word)), -1)
    while 0 <= place < len(phrase) - 1 and _is_thing(phrase[place + 1]):
        place += 1
    is_all = phrase[place + 1 : place + 2] and phrase[place + 1].endswith("s")  # "unnecessary image copies"
    return [] if is_all else phrase[: place + 1]


def _is_thing(word: str) -> bool:
    low = word.strip(",.;:").lower()
    if word.isupper() and low not in _SPELT and len(low) > 1:
        return False  # a variable, such as PATH
    things = word_list("things") | word_list("attributes")
    return low in things or low.rpartition("-")[2] in things


def _is_name(phrase: list[str]) -> bool:
    """Return whether a phrase is a name with capitals: "Amazon Container Service"."""
    head = phrase[-1].strip(",.;:")
    return len(phrase) > 1 and (head[:1].isdigit() or (head[:1].isupper() and not head.isupper()))


def _for_object(base: str, phrase: list[str], following: str) -> str:
    """Return the article of a verb's object, empty where that is unsure."""
    head, first, whole = phrase[-1].strip(".;:").lower(), phrase[0].lower(), " ".join(phrase)
    is_fault = head in FAULTS | MISHAPS or head.endswith(("error`", "exception`"))
    if following in ("&", "+"):
        return ""  # what the two are together is unknown: "Fix warning & operation metrics"
    if first in _ONLY_ONE and not is_fault and (first in _OF_ANYTHING or phrase[-1].islower()):
        return "the" if not head.endswith("s") or first in _OF_ANYTHING else ""
    if len(phrase) > 1 and all(word.isupper() for word in phrase):
        return ""  # the name of a statement: "CREATE INDEX"
    if following == "of" and len(phrase) < 3 and head in _MEASURES:
        return "the"
    if base in ("fix", "prevent", "resolve", "address") and (is_fault or (first in _WRONG and _is_thing(head))):
        return english.article(whole)
    if is_fault and head in MISHAPS and base in _MAKES | _REPORTS:
        return english.article(whole)
    is_gerund = base == "let" or (head == "setting" and following == "of")
    if following in ("and", "or", "&", "+") or is_gerund or not _is_thing(head) or _is_name(phrase):
        return ""
    return _for_thing(base, phrase, following)


def _for_thing(base: str, phrase: list[str], following: str) -> str:
    """Return the article of one thing that a verb acts on."""
    head, first, whole = phrase[-1].strip(".;:").lower(), phrase[0].lower(), " ".join(phrase)
    if base in ("prevent", "resolve", "address") or head.endswith(","):
        return ""
    if head == "version" and (len(phrase) == 1 or following[:1].isdigit()):
        return ""
    if base in _GIVES:
        if following in ("of", "to") and head in word_list("attributes"):
            return "the"
        return "a new" if _UNSPEAKABLE.match(whole) else english.article(whole)
    is_one_of_many = base in _MAKES or first in _ANY_ONE or (base in _REPORTS and head in _MESSAGES)
    is_known = first.startswith("`") or head in _INITIALS
    return english.article(whole) if is_one_of_many and not is_known else "the"


# "a rpm source" or "an rpm source"?
_UNSPEAKABLE = lazy_pattern(r"(?!new |`)(?:\S*\d|(?![A-Z]{2})[^AEIOUaeiouy\s`-]{3})")
_INITIALS = words("api cli gui ui lsp")
_SPELT = _INITIALS | words("id uid uri url urls uuid")


def with_articles(sentence: str) -> str:
    """Return a sentence with the articles that nouns need after a preposition: "in the editor"."""
    tokens = list(_WORD.finditer(sentence))
    spoken = [token[0] for token in tokens]
    out, end = [], 0
    for place, token in enumerate(tokens[:-1]):
        found = _after(spoken, place)
        if found:
            out.append(f"{sentence[end : token.end()]} {found}")
            end = token.end()
    return "".join(out) + sentence[end:]


def _after(tokens: list[str], place: int) -> str:
    """Return the article that goes after this word, empty for none."""
    word, rest = tokens[place].lower(), tokens[place + 1 :]
    if word in _CLAUSES:
        return _of_subject(rest)
    if word not in _PLACES | _WITH and word != "without":
        return ""
    phrase = _to_head(_phrase(rest))
    if word == "without":
        return english.article(phrase[0]) if len(phrase) == 1 and _is_one(phrase) else ""
    following = rest[len(phrase)] if len(rest) > len(phrase) else ""
    if not _is_one(phrase) or len(phrase) > _LONGEST or following.lower() in ("and", "or", "&", "+"):
        return ""
    if phrase[0].startswith("`"):
        return "the"
    if following.startswith(("#", "`")) or following[:1].isdigit() or word in _WITH:
        return ""
    return _in_place(tokens, place, phrase, following)


def _in_place(tokens: list[str], place: int, phrase: list[str], following: str) -> str:
    """Return the article of a phrase after a preposition."""
    word, before = tokens[place].lower(), tokens[place - 1].lower()
    head = phrase[-1].strip(",.;:").lower()
    if _is_activity(tokens, place, phrase) or _is_idiom(word, before, phrase):
        return ""
    is_any_file = phrase == ["file"] and word in ("to", "from")
    is_support = word == "for" and before == "support"
    is_end = word == "from" and _is_other_end(tokens, place + len(phrase) + 1)
    is_any = phrase[0].lower() in _ANY_ONE or following == "with" or is_any_file or is_support or is_end
    return english.article(" ".join(phrase)) if is_any and head not in _INITIALS else "the"


def _is_activity(tokens: list[str], place: int, phrase: list[str]) -> bool:
    """Return whether a verb follows the preposition: "for logging messages", "to open gates"."""
    word, before = tokens[place].lower(), tokens[place - 1].lower()
    verb = english.verb(phrase[0].lower())
    if word == "to" and before in _TAKES_ORDER:
        return True
    if verb is None or (word == "in" and len(phrase) == 1):
        return False
    # "Added dams to log message" says where something is added.
    is_noun = tokens[0] == "Added" and verb.base in english.NOUN_LIKE and len(phrase) == _NAMED_BY
    return verb.form is Form.GERUND or (word == "to" and verb.form is Form.BASE and not is_noun)


def _is_idiom(word: str, before: str, phrase: list[str]) -> bool:
    """Return whether the words have no article in English: "on error", "scale in", "instead of map", "out of range"."""
    head = phrase[-1].strip(",.;:").lower()
    is_alone = len(phrase) == 1
    is_act = english.verb(phrase[0].lower()) is not None and word in ("to", "from", "for", "on")
    is_command = head == "list" and not is_alone  # "in pip list"
    is_joined = (word == "of" and before in ("instead", "out")) or (word == "in" and before in _TAKES_IN)
    is_joined = is_joined or (word == "into" and head in ("account", "consideration"))
    return (is_alone and (head in _EVENTS or is_act)) or is_command or is_joined


def _is_one(phrase: list[str]) -> bool:
    """Return whether a phrase is one thing without an article. A lone name with a hyphen may be a package."""
    is_package = len(phrase) == 1 and "-" in phrase[0] and phrase[0].lower() not in word_list("things")
    is_statement = len(phrase) > 1 and all(word.isupper() for word in phrase)  # "CREATE ROLE"
    return (
        not is_package and not is_statement and _may_take_one(phrase) and _is_thing(phrase[-1]) and not _is_name(phrase)
    )


def _of_subject(rest: list[str]) -> str:
    """Return the article of a clause's subject: "when the file does not exist"."""
    for length in range(1, min(_LONGEST + 1, len(rest))):
        if rest[length].lower().strip(",.") in _PREDICATES:
            phrase = rest[:length]
            is_plain = not any(word.endswith(",") or word.lower() in FUNCTION for word in phrase)
            return "the" if is_plain and _is_one(phrase) else ""
    return ""


def _is_other_end(tokens: list[str], place: int) -> bool:
    """Return whether "to" and no order stands there: "from checkbox to switch"."""
    verb = english.verb(tokens[place + 1]) if place + 1 < len(tokens) and tokens[place] == "to" else None
    is_order = verb is not None and verb.form is Form.BASE and place + 2 < len(tokens)
    return tokens[place : place + 1] == ["to"] and not is_order


# Verbs of which "in" is a part.
_TAKES_IN = words("built log opt plug scale sign zoom")
# Words after which "to" begins an order.
_TAKES_ORDER = words(
    "ability able allowed attempt button command fails failing flag having how need needed option possible required trying used way"
)
_LONGEST, _NAMED_BY = 4, 2
"""Words of the longest phrase that gets an article, and of a name such as "log message"."""
_WITH = words("using with via")
