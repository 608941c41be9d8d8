"""List words that mean the same in any project, such as symptoms, remedies and internal work.

A model of single words knows those of its own examples only. With these lists, what it learns from `panic` holds for
`segfault` too. The words are English and technical, never of one project. `word*` stands for all words that begin so.
A phrase has up to three words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from weekly.text.patterns import lazy_pattern

_LISTS = {
    "symptom": """
        crash* panic* leak* race races racy deadlock* hang hangs hung stuck freeze* segfault* sigsegv segv nil null
        overflow* overrun* underflow regress* broken break breaks breaking breakage wrong wrongly incorrect* invalid
        fail fails failed failing failure* error errors corrupt* missing lost lose loses losing inconsisten*
        unexpected* bad bogus lockup* infinite double duplicate* duplicated dangling stale leftover* left-over*
        uninitiali* dereferenc* off-by-one hidden unable cannot can't won't doesn't didn't isn't wasn't aren't
        couldn't impossible forgot* accidental* silent* spurious flak* intermittent* unreachable orphan* zombie*
        bypass* vulnerab* cve cve-* escap* truncat* conflict* timeout* unbound undefined mismatch* collision*
        excessive* misbehav* erroneous* faulty buggy confus* harmful insecure unsafe garbage mangle* clobber*
        starvation livelock traceback* exception* abort* refus* reject* oom enoent eperm einval out-of-bound*
        non-existent nonexistent vanish* disappear* unusable unintended unwanted
        "not working" "out of bound" "out of bounds" "out of memory" "too many" "too much" "too long" "too early"
        "too late" "timed out" "left over" "use after free" "does not" "did not" "is not" "was not" "could not"
        "would not" "not found" "no longer work" "no longer works" "no such"
    """,
    "remedy": """
        avoid* prevent* ensure ensures ensured don't dont never only properly proper correct correctly actually always
        handle handles handled handling respect* restore* restoring honor* honour* ignore* guard* protect* workaround*
        revert reverts reverted reverting retry retries tolerat* skip* unset reset close closes free frees unlock*
        wait waits even unless when if before after again back really still instead fallback* re-add re-adds readd
        clear clears detect* escape escapes quote sanitize* sanitise* validate* check checks restrict* strict* forbid*
        reject rejects until trim* strip* limit limits kill account consider considers sync stop stops unmount*
        terminate* release releases cleanup
        "make sure" "makes sure" "do not" "does not" "work around" "rather than" "fall back" "bring back"
        "brings back" "even if" "even when" "even though" "clean up after" "instead of"
    """,
    "fix": """
        fix fixes fixed fixing fixup* bug bugs bugfix* hotfix* repair* resolve resolves resolved resolving address
        addresses corrects corrected correcting solve* mend* unbreak* rectif*
    """,
    "addition": """
        add adds added adding support supports supported supporting implement* introduc* new allow allows allowed
        allowing enabl* expos* extend* extension* option options feature* initial show shows report reports print
        prints log logs include includes provide* offer* make makes create creates accept* permit* configurable
        ability optional* experimental first flag flags command subcommand
        "add support" "adds support" "support for" "ability to" "api extension"
    """,
    "cosmetic": """
        typo typos indent* whitespace* lint* golint vet staticcheck shellcheck gofmt clang-format flake8 pylint pep8
        eslint ruff warning warnings naming comment* spelling grammar formatting wording codeql coverity typing
        capitali* linter* golangci* semgrep style stylistic nit nits
        "white space" "go vet" "coding style" "function name" "function names" "variable name" "variable names"
        "code scanning" "error string" "error strings" "error message" "error messages" "error prefix" "code style"
        "static analysis"
    """,
    "docs": """
        doc docs documentation document documents documented documenting readme manpage* comment* help swagger
        example* translat* typo typos spelling grammar wording clarif* describ* annotat* weblate
        "man page" "man pages"
    """,
    "tests": """
        test tests testing testsuite* ci workflow* jenkins travis coverage lint* fuzz* benchmark* shellcheck golangci*
        "github actions" "static analysis" "system tests" "unit test" "unit tests" "test suite"
    """,
    "refactoring": """
        refactor* restructur* simplif* cleanup* clean-up* rename* renaming move moves moved moving extract* reorgani* split
        splits splitting dedup* de-dup* inline* unif* consolidat* convert* moderniz* modernis* replace* unexport* rewrite*
        rework* tidy* migrat* switch* centrali* decoupl* abstract* generali* encapsulat* flatten* reus* rearrang* reorder*
        "clean up" "cleans up" "switch to" "port to" "follow up" "code quality"
    """,
    "removal": """
        remove* removing removal drop drops dropped dropping delete deletes deleted unused obsolete* redundant unnecessar*
        superfluous unneeded dead deprecat* legacy stale
        "get rid" "no longer used" "not needed" "dead code"
    """,
    "internals": """
        helper* util utils internal* private struct structs interface* class classes method* function* func variable* constant*
        const type types typing typehint* annotation* generics macro* module* package* import imports wrapper* mock* logger*
        logging refactor* impl trait traits enum* parser* visitor* pointer* assert* debug* mypy pyright nullaway spotbugs
        "type hints" "type hint" "type annotations" "code style" "f-strings" "f-string"
    """,
    "upkeep": """
        bump* upgrade* update updates updated version* release* prepare* backport* dependenc* changelog* sync license* copyright*
        metadata maintain* codeowner* spelling typo* format* template* snapshot* nightly dependabot renovate revert*
    """,
    "user": """
        user* option* config* setting* command* flag* parameter* argument* api endpoint* ui button* page* menu* dialog* message*
        output display* completion* hover driver* plugin* cli default* support* param
    """,
    "past": """
        was were had previously since introduced caused causes causing otherwise because due however without reported
        currently not cause root reproduce* occur* happen* symptom* observed
        "used to" "led to" "leads to" "lead to" "results in" "resulted in" "no longer" "instead of" "this commit"
        "since commit" "would be" "root cause" "introduced in" "introduced by"
    """,
}  # fmt: skip


GRAVE = lazy_pattern(
    r"\b(?:crash\w*|panics?|data loss|corrupt\w*|security|vulnerab\w*|CVE-\d\S*|GHSA-\S+|deadlocks?|hangs?|leaks?|regressions?|escapes?"
    r"|races?|out[- ]of[- ]bounds?|OOB|overflows?|use[- ]after[- ]free|privileges?)\b",
    re.IGNORECASE,
)
"""Words of faults that matter to every user."""

INTERNAL = lazy_pattern(
    r"\b(?:lint\w*|golint|coverity|internal\w*|unused|dead code|helpers?|constants?|vet"
    r"|static[- ](?:analysis|const\w*|functions?|inline|methods?|variables?))\b|\bstatic$",
    re.IGNORECASE,
)
"""Words of work that only developers notice."""

LONGEST = 3
"""The most words that a phrase has."""

Traits = tuple[tuple[str, str], ...]
"""Pairs of a trait and the word or phrase that shows it."""


@cache
def _entries() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the traits of whole words and phrases, and of beginnings."""
    whole: dict[str, tuple[str, ...]] = {}
    begins: dict[str, tuple[str, ...]] = {}
    for trait, listed in _LISTS.items():
        words, phrases = listed.split('"')[::2], listed.split('"')[1::2]
        for entry in [*" ".join(words).split(), *phrases]:
            table, key = (begins, entry[:-1]) if entry.endswith("*") else (whole, entry)
            table[key] = (*table.get(key, ()), trait)
    return whole, begins


def traits_of(word: str) -> frozenset[str]:
    """Return the traits of a word or phrase in lower case."""
    whole, begins = _entries()
    found = set(whole.get(word, ()))
    if " " not in word:
        for end in range(3, len(word) + 1):
            found.update(begins.get(word[:end], ()))
    return frozenset(found)


def traits(words: list[str]) -> list[tuple[str, str]]:
    """Return each trait in a text with its word or phrase, in the text's order."""
    found: list[tuple[str, str]] = []
    for index, (alone, phrases) in enumerate(map(_traits_at, words)):
        found += alone
        for end in range(index + 2, min(index + LONGEST, len(words)) + 1) if phrases else ():
            found += phrases.get(" ".join(words[index:end]), ())
    return found


@lru_cache(maxsize=20_000)  # the words of a week recur; without it, a third of the time goes here
def _traits_at(word: str) -> tuple[Traits, dict[str, Traits]]:
    """Return a word's own traits, and those of the phrases that it begins."""
    return _sorted_traits(word), _phrases().get(word, {})


@cache
def _phrases() -> dict[str, dict[str, Traits]]:
    """Return the traits of the phrases, by their first words."""
    found: dict[str, dict[str, Traits]] = {}
    for phrase in _entries()[0]:
        if " " in phrase:
            found.setdefault(phrase.split()[0], {})[phrase] = _sorted_traits(phrase)
    return found


def _sorted_traits(entry: str) -> Traits:
    return tuple((trait, entry) for trait in sorted(traits_of(entry)))
