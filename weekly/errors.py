"""Errors that end a command.

Each message is one line with the location, the problem and a remedy.
"""


class WeeklyError(Exception):
    """A problem with the work, and the base of all errors. `exit_code` is the command's."""

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
