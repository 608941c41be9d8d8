"""Errors that end a command, as one tree.

WeeklyError                 exit 1, a problem with the work
├── GivenError              exit 2, a problem with the input
│   ├── WeekError           a --week that names no week
│   ├── ConfigError         weekly.toml
│   ├── NotesError          a file of weeks/
│   ├── ArchiveError        a file of archive/
│   ├── PublishedError      a file of published/
│   └── TemplateError       a bundled template or a project's own
├── SourceError             a source that can't be reached or refuses
├── WriterError             a writer that fails, is slow or answers nonsense
├── TargetError             a publish target that can't be reached or refuses
│   ├── ForumError          a forum that can't be reached or refuses
│   ├── ChangedError        an edit by somebody else during an update
│   └── UnsureError         a write without an answer, which may have succeeded
├── GitHubWriteError        a pull request or issue that the project's repository refuses
├── GitError                a commit or push that fails
├── ClockError              a local clock in another week than a server's
└── IncompleteError         a post that would have a gap

Each message is one line with the location, the problem and a remedy.
"""


class WeeklyError(Exception):
    """The base of all errors. `exit_code` is the command's."""

    exit_code = 1


class GivenError(WeeklyError):
    """Invalid input, such as a file, key or option."""

    exit_code = 2


class WeekError(GivenError):
    """A name of no week."""


class ConfigError(GivenError):
    """An invalid weekly.toml."""


class NotesError(GivenError):
    """An invalid file of notes."""


class ArchiveError(GivenError):
    """An invalid file of the archive."""


class PublishedError(GivenError):
    """An invalid record of a publication, or one of another forum."""


class TemplateError(GivenError):
    """A template that doesn't parse, or that uses an unknown name."""


class SourceError(WeeklyError):
    """A source that can't be reached or refuses to answer."""


class WriterError(WeeklyError):
    """A writer that fails, is slow or answers nonsense."""


class TargetError(WeeklyError):
    """A publish target that can't be reached or refuses a request."""


class ForumError(TargetError):
    """A forum that can't be reached or refuses a request."""


class ChangedError(TargetError):
    """A post that somebody else edited during an update."""


class UnsureError(TargetError):
    """A write without an answer, which may have succeeded."""


class GitHubWriteError(WeeklyError):
    """A pull request or issue that the project's repository refuses."""


class GitError(WeeklyError):
    """A commit or push that fails."""


class ClockError(WeeklyError):
    """A local clock that is in another week than a server's."""


class IncompleteError(WeeklyError):
    """A gap that readers would take for a quiet week."""
