"""Words that say the same in any project: what went wrong, what mends it, what is new, what shows nowhere.

A model that learns single words knows those of its own examples only; these lists carry what it learns of `panic`
over to `segfault`. They are words of English and of the trade, never of one project. `word*` stands for all words
that begin so; phrases have up to three words.
"""

from __future__ import annotations

from functools import cache, lru_cache

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
    "past": """
        was were had previously since introduced caused causes causing otherwise because due however without reported
        currently not cause root reproduce* occur* happen* symptom* observed
        "used to" "led to" "leads to" "lead to" "results in" "resulted in" "no longer" "instead of" "this commit"
        "since commit" "would be" "root cause" "introduced in" "introduced by"
    """,
}  # fmt: skip


@cache
def _entries() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The traits of whole words and phrases, and of beginnings."""
    whole: dict[str, tuple[str, ...]] = {}
    begins: dict[str, tuple[str, ...]] = {}
    for trait, listed in _LISTS.items():
        words, phrases = listed.split('"')[::2], listed.split('"')[1::2]
        for entry in [*" ".join(words).split(), *phrases]:
            table, key = (begins, entry[:-1]) if entry.endswith("*") else (whole, entry)
            table[key] = (*table.get(key, ()), trait)
    return whole, begins


def traits_of(word: str) -> frozenset[str]:
    """The traits of a word or phrase, in lower case."""
    whole, begins = _entries()
    found = set(whole.get(word, ()))
    if " " not in word:
        for end in range(3, len(word) + 1):
            found.update(begins.get(word[:end], ()))
    return frozenset(found)


@cache
def _phrases() -> dict[str, dict[str, tuple[tuple[str, str], ...]]]:
    """What the phrases tell, by their first words."""
    found: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {}
    for phrase in _entries()[0]:
        if " " in phrase:
            found.setdefault(phrase.split()[0], {})[phrase] = _told_of(phrase)
    return found


LONGEST = 3
"""Words of a phrase, at most."""


def _told_of(entry: str) -> tuple[tuple[str, str], ...]:
    return tuple((trait, entry) for trait in sorted(traits_of(entry)))


@lru_cache(maxsize=20_000)
def _says(word: str) -> tuple[tuple[tuple[str, str], ...], dict[str, tuple[tuple[str, str], ...]] | None]:
    """What a word tells alone, and what the phrases do that it begins."""
    return _told_of(word), _phrases().get(word)


def traits(words: list[str]) -> list[tuple[str, str]]:
    """Each (trait, word or phrase) in a text, in its order."""
    found: list[tuple[str, str]] = []
    for place, (alone, phrases) in enumerate(map(_says, words)):
        if alone:
            found += alone
        if phrases:
            for end in range(place + 2, min(place + LONGEST, len(words)) + 1):
                found += phrases.get(" ".join(words[place:end]), ())
    return found
