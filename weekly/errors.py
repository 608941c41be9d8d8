"""Everything that can end a command, as one tree.

WeeklyError                 exit 1: it ran, and found something wrong
├── GivenError              exit 2: what was given is wrong
│   ├── WeekError           a --week that names no week
│   ├── ConfigError         weekly.toml
│   ├── NotesError          a file of weeks/
│   ├── ArchiveError        a file of archive/
│   ├── PublishedError      a file of published/
│   └── TemplateError       a template, ours or a project's own
├── SourceError             GitHub could not be asked, or refused
├── ForumError              the forum could not be asked, or refused
│   ├── ChangedError        somebody was faster: look again, then decide anew
│   └── UnsureError         the answer to a write was lost: it may have taken place
├── HubError                the project's own repository on GitHub refused a pull request or an issue
├── KeepingError            git could not commit or push what was made
├── ClockError              this machine's clock has another week than a server's
└── IncompleteError         a post that would have a gap

Each message is one line: where, what is wrong, what to do.
"""


class WeeklyError(Exception):
    """The root: `exit_code` is what the shell sees."""

    exit_code = 1


class GivenError(WeeklyError):
    """What was given is wrong: a file, a key, an option."""

    exit_code = 2


class WeekError(GivenError):
    """No week goes by that name."""


class ConfigError(GivenError):
    """weekly.toml can't be read as it stands."""


class NotesError(GivenError):
    """The editor's notes on a week can't be read as they stand."""


class ArchiveError(GivenError):
    """A file of the archive can't be read as it stands."""


class PublishedError(GivenError):
    """What is kept of a published post can't be read as it stands, or is of another forum."""


class TemplateError(GivenError):
    """A template doesn't parse, or asks for a name that isn't there."""


class SourceError(WeeklyError):
    """A source of facts could not be asked, or refused to answer."""


class ForumError(WeeklyError):
    """The forum could not be asked, or refused."""


class ChangedError(ForumError):
    """What stands on the forum isn't what was read there a moment ago."""


class UnsureError(ForumError):
    """No answer came to a write that may have taken place."""


class GitHubWriteError(WeeklyError):
    """The project's own repository refused a pull request or an issue."""


class GitError(WeeklyError):
    """What was made could not be committed or pushed."""


class ClockError(WeeklyError):
    """By a server's clock, the week is another than by this machine's."""


class IncompleteError(WeeklyError):
    """Something is missing that the reader would take for a quiet week."""
