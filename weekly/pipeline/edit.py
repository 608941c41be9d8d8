"""Serve the editor's desk, where a week's post is edited on its page."""

from __future__ import annotations

import hashlib
import secrets
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from weekly import archive
from weekly.config.limits import BOUNDLESS, assumed
from weekly.console import say
from weekly.desk.body import body_of, desk_page, text_html
from weekly.desk.facts import PullFacts, facts_of
from weekly.desk.state import ActRequest, ConflictError, State, TextRequest, subject
from weekly.errors import NotesError, WeeklyError
from weekly.files import atomic, decode, read
from weekly.files.merge import Conflict
from weekly.files.paths import shown
from weekly.model import Snapshot
from weekly.notes import actions
from weekly.notes.bullets import drafts_of
from weekly.notes.file import note_locations, notes_of, notes_path
from weekly.notes.merge import merge
from weekly.pipeline.check import findings_of
from weekly.pipeline.context import Project
from weekly.pipeline.post import Judgement, compose_post, draft_week, judge, shorten_post
from weekly.pipeline.preview import serve, topic_of, version_of
from weekly.preview.server import Answer, Server
from weekly.publish import images
from weekly.publish.merge import diff
from weekly.text.markdown import escape
from weekly.week import Week

_Step = tuple[str, str]
"""A change of the notes, from one text to another."""


class _Material(NamedTuple):
    """The material of the post, apart from the notes."""

    stamp: str
    project: Project
    snapshot: Snapshot
    judgement: Judgement


class Desk:
    """Answers the page's requests one at a time. It writes the week's notes and nothing else."""

    def __init__(self, root: Path, week: Week) -> None:
        self._root, self._week = root, week
        page = desk_page(str(week), topic_of(Project.at(root)))
        self._path = notes_path(root, week)
        self._watched = ("weekly.toml", "templates", "archive")
        self._lock = threading.Lock()
        self._material: _Material | None = None
        self._facts: dict[str, PullFacts] = {}
        self._texts: dict[str, str] = {}
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self.routes: dict[str, Callable[[bytes], Answer]] = {
            "GET ": lambda _: Answer(page),
            "GET version": self._answering(lambda _: self._stamp(self._read())),
            "GET state": self._answering(lambda _: self._readable_state()),
            "GET facts": self._answering(lambda _: self._facts_of(self._current())),
            "POST act": self._answering(self._act),
            "POST undo": self._answering(lambda _: self._step_back(self._done, self._undone)),
            "POST redo": self._answering(lambda _: self._step_back(self._undone, self._done)),
            "POST render": self._answering(lambda body: text_html(msgspec.json.decode(body, type=TextRequest).text)),
        }

    def _answering(self, work: Callable[[bytes], Any]) -> Callable[[bytes], Answer]:
        """Return a route that answers in JSON, also where the work fails."""

        def route(body: bytes) -> Answer:
            try:
                with self._lock:
                    return _json(work(body))
            except msgspec.MsgspecError as error:
                return _json({"message": f"not an action: {error}"}, 400)
            except ConflictError as error:
                return _json({"message": str(error), "changes": error.changes}, 409)
            except WeeklyError as error:
                return _json({"message": str(error)}, 422)

        return route

    def _act(self, body: bytes) -> State:
        request = msgspec.json.decode(body, type=ActRequest)
        disk = self._read()
        base = disk if request.base == _version(disk) else self._texts.get(request.base)
        if base is None or (base != disk and subject(request.action, base) != subject(request.action, disk)):
            message = f"{shown(self._path)} has changed, also in the part that you change"
            raise ConflictError(message, diff(base or "", disk, names=("what you saw", "the file now")))
        judgement = self._current().judgement
        projects = {activity.name: activity.pulls for activity in judgement.projects}
        drafts = drafts_of(projects, judgement.selections, judgement.verdicts)
        state = self._write(disk, actions.apply(disk, request.action, drafts), self._done)
        self._undone.clear()
        return self._counted(state)

    def _step_back(self, steps: list[_Step], others: list[_Step]) -> State:
        """Undo the last step, or redo it, and leave what others changed."""
        disk = self._read()
        if not steps:
            return self._state(disk)
        before, after = steps[-1]
        merged = merge(after, before, disk)
        if isinstance(merged, Conflict):
            changes = diff(after, disk, names=("after your change", "the file now"))
            raise ConflictError("somebody else has changed the same lines since", changes)
        state = self._write(disk, merged, others)
        steps.pop()
        return self._counted(state)

    def _write(self, disk: str, text: str, steps: list[_Step]) -> State:
        """Write the notes if the post can be made of them, and remember the step."""
        state = self._state(text)
        if text != disk:
            atomic.write(self._path, text.encode(), expected=disk.encode())
            steps.append((disk, text))
        return state

    def _counted(self, state: State) -> State:
        """Return a state with the steps that can be undone and redone."""
        return msgspec.structs.replace(state, steps=(len(self._done), len(self._undone)))

    def _read(self) -> str:
        """Return the text of the notes, with its byte order mark."""
        content = read.find_bytes(self._path, NotesError) or b""
        decode.text_of(content, self._path, NotesError)
        return content.decode()

    def _current(self) -> _Material:
        """Return what the post is made of, again where a file has changed."""
        project_stamp = version_of(self._root, self._watched)
        if self._material is None or self._material.stamp != project_stamp:
            project = Project.at(self._root)
            snapshot = archive.load_existing(project.root, self._week)
            self._material = _Material(project_stamp, project, snapshot, judge(snapshot, project))
            self._facts = {}
        return self._material

    def _facts_of(self, material: _Material) -> dict[str, PullFacts]:
        if not self._facts:
            judgement = material.judgement
            self._facts = facts_of(
                material.snapshot.pulls,
                judgement.verdicts,
                draft_week(material.snapshot, material.project).selections,
                judgement.selections,
                material.project.config,
            )
        return self._facts

    def _stamp(self, text: str) -> str:
        return f"{_version(text)}-{version_of(self._root, self._watched)}"

    def _readable_state(self) -> State:
        """Return the state of the notes, or the last readable one with what is wrong with the file."""
        stamp = ""
        try:
            disk = self._read()
            stamp = self._stamp(disk)
            return self._state(disk)
        except NotesError as error:
            text = next(reversed(self._texts.values()), "")
            return msgspec.structs.replace(self._state(text), error=str(error), stamp=stamp)

    def _state(self, text: str) -> State:
        """Return what the page shows of a text of the notes."""
        material = self._current()
        project, judgement = material.project, material.judgement
        notes = notes_of(text, self._path)
        locations = note_locations(project.root, self._week, notes, text.removeprefix("\ufeff"))
        whole = compose_post(material.snapshot, project, judgement, notes, locations)
        post, markdown = shorten_post(whole, project, judgement)
        version = _version(text)
        self._texts.pop(version, None)
        self._texts[version] = text
        projects = {pull.ref: activity.name for activity in judgement.projects for pull in activity.pulls}
        limit = assumed(project.config).post_length
        return State(
            file=f"{self._path.parent.name}/{self._path.name}",
            version=version,
            stamp=self._stamp(text),
            title=post.title,
            body=body_of(post, markdown, notes, findings_of(post, markdown, project), projects),
            introduction=escape(judgement.introduction),
            projects=tuple(activity.name for activity in judgement.projects),
            problems=tuple(map(str, post.problems)),
            length=images.length(markdown),
            limit=0 if limit >= BOUNDLESS else limit,
            is_shortened=post is not whole,
            steps=(len(self._done), len(self._undone)),
        )


def edit_week(root: Path, week: Week, port: int, *, is_opened: bool) -> None:
    """Serve the desk until Ctrl-C, and open it in the browser."""
    desk = Desk(root, week)
    for name in ("GET state", "GET facts"):  # the first answer takes longest
        desk.routes[name](b"")
    with Server(port, desk.routes, token=secrets.token_urlsafe(24)) as server:
        say(f"edit the week of {week} at {server.url} until Ctrl-C")
        if is_opened:
            threading.Thread(target=webbrowser.open, args=(server.url,), daemon=True).start()  # one in a terminal stays
        serve(server)


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(msgspec.json.encode(value, enc_hook=str).decode(), "application/json", status)
