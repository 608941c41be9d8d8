"""A machine that breaks at any step: every command that writes is killed, runs out of disk, or gets a signal to stop at each
write, rename, program and request. Nothing is lost, nothing is half-written, and a plain rerun ends as if nothing had been.

By default once for each command; `make proof` goes through all of them.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support import faulty
from tests.support.clones import Built
from tests.support.desk import LINE, gathered
from tests.support.discourse import KEY, USER, Discourse
from tests.support.github import Hub
from tests.support.own import REPO, Own
from tests.support.server import Server, serving
from weekly import archive
from weekly.publish.record import load_publication
from weekly.week import Week

WEEK = Week(monday=date(2023, 3, 27))
MOST = int(os.environ.get("WEEKLY_CASES", "1"))
"""At how many steps of each command each fault happens; with one, each command has one fault."""


@dataclass(kw_only=True)
class Place:
    """A project's folder with what is around it, which can be put back as it was."""

    base: Path
    own: Own
    forum: Discourse
    workshop: faulty.Workshop
    discourse: Server

    @property
    def project(self) -> Path:
        return self.base / "project"

    def run(self, *arguments: str, **fault: object) -> faulty.Ended:
        ended = self.workshop(self.project, *arguments, **fault)  # type: ignore[arg-type]
        assert "Traceback" not in ended.err, ended.err
        assert "bug in weekly" not in ended.err, ended.err
        return ended

    def write(self, name: str, text: str) -> None:
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def configure(self, words: str, replacement: str) -> None:
        text = (self.project / "weekly.toml").read_text(encoding="utf-8")
        assert words in text
        self.write("weekly.toml", text.replace(words, replacement, 1))

    def remember(self) -> Callable[[], None]:
        kept = self.base.with_name(f"{self.base.name}-kept")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.base, kept, symlinks=True)
        memory = copy.deepcopy(self.outer())

        def restore() -> None:
            shutil.rmtree(self.base)
            shutil.copytree(kept, self.base, symlinks=True)
            for one, was in zip((self.forum, self.own), copy.deepcopy(memory), strict=True):
                vars(one).update(was)

        return restore

    def outer(self) -> tuple[dict[str, object], ...]:
        """What forum and GitHub know, but for the pull requests, which nothing changes, and what is noted for tests alone."""
        forum = {name: value for name, value in vars(self.forum).items() if name != "seen"}
        return forum, {name: value for name, value in vars(self.own).items() if name != "hub"}

    def state(self) -> str:
        """All that a run finds, down to the last byte: two that find the same do the same."""
        found = sha256(repr(self.outer()).encode("utf-8", "surrogatepass"))
        for path in sorted(self.base.rglob("*")):
            content = (
                os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            )
            found.update(f"{path.relative_to(self.base)}\0{path.lstat().st_mode}\0{len(content)}\0".encode() + content)
        return found.hexdigest()

    def files(self) -> dict[str, bytes]:
        """The project's files, and what the branches of origin hold."""
        found = {
            path.relative_to(self.project).as_posix(): path.read_bytes()
            for path in sorted(self.project.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.project).parts
        }
        origin = self.base / "origin.git"
        if origin.is_dir():
            for branch in git(origin, "for-each-ref", "--format=%(refname)", "refs/heads").split():
                found[f"origin: {branch}"] = git(origin, "ls-tree", "-r", branch).encode()
        return found

    def outside(self) -> object:
        """What stands on the forum and on GitHub."""
        topics = [(topic.title, topic.raw) for topic in self.forum.standing]
        return topics, [(pull["title"], pull["body"]) for pull in self.own.pulls], len(self.own.issues)


def git(folder: Path, *arguments: str) -> str:
    names = {f"GIT_{who}_{what}": "editor@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = os.environ | names | {"GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[faulty.Workshop]:
    with faulty.opened(tmp_path_factory.mktemp("workshop")) as workshop:
        yield workshop


@pytest.fixture
def place(tmp_path: Path, hub: Hub, workshop: faulty.Workshop) -> Iterator[Place]:
    own, forum = Own(hub=hub), Discourse()
    with serving(Server(own)) as github, serving(Server(forum)) as discourse:
        workshop.environment = {
            "GITHUB_API_URL": github.url, "GITHUB_TOKEN": "t0ken", "GITHUB_REPOSITORY": REPO, "GITHUB_RUN_ID": "77",
            "DISCOURSE_URL": discourse.url, "DISCOURSE_API_KEY": KEY, "DISCOURSE_API_USERNAME": USER,
        }  # fmt: skip
        place = Place(base=tmp_path / "base", own=own, forum=forum, workshop=workshop, discourse=discourse)
        place.project.mkdir(parents=True)
        shutil.copy(ROOT / "weekly.toml", place.project)
        yield place


# The commands, each with a project that is ready for it -----------------------------------------------------------------

Arguments = tuple[str, ...]
THE_WEEK = ("--week", "2023-03-27")


def gather(place: Place) -> Arguments:
    return ("gather", *THE_WEEK)


def gather_again(place: Place) -> Arguments:
    shutil.copytree(ROOT / "archive", place.project / "archive")
    return ("gather", *THE_WEEK, "--refresh")


def gather_many(place: Place) -> Arguments:
    return ("gather", "--since", "2023-03-20", "--until", "2023-03-27")


def gather_by_rest(place: Place) -> Arguments:
    place.workshop.environment["GITHUB_TOKEN"] = ""
    return ("gather", *THE_WEEK)


def gather_from_clones(place: Place) -> Arguments:
    for repo in ("canonical+lxd", "lxc+lxc", "lxc+lxcfs", "lxc+distrobuilder", "canonical+charm-lxd"):
        built = Built(place.base / "clones" / repo)
        built.pull(7, f"Fix {repo}", "2023-03-28 12:00")
    return ("gather", *THE_WEEK, "--clones", "../clones")


def render_that_gathers(place: Place) -> Arguments:
    return ("render", *THE_WEEK, "-o", "post.md")


def render_anew(place: Place) -> Arguments:
    archived(place)
    place.write("post.md", "An older post.\n")
    return ("render", *THE_WEEK, "-o", "post.md")


def render_many(place: Place) -> Arguments:
    shutil.copytree(ROOT / "archive", place.project / "archive")
    return ("render", "--since", "2023-03-20", "--until", "2023-03-27", "--format", "json", "-o", "posts/old")


def draft(place: Place) -> Arguments:
    archived(place)
    return ("draft", *THE_WEEK)


def draft_again(place: Place) -> Arguments:
    archived(place)
    place.write("weeks/2023-03-27.toml", '# Mine.\r\nintroduction = "My words."\r\n')
    return ("draft", *THE_WEEK)


def publish_to_a_folder(place: Place) -> Arguments:
    archived(place)
    return ("publish", *THE_WEEK, "--to", "posts")


def publish_to_a_folder_with_edits(place: Place) -> Arguments:
    arguments = publish_to_a_folder(place)
    assert place.run(*arguments).code == 0
    path = place.project / "posts" / "2023-03-27.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# Introduction", f"# Introduction\n\n{LINE}"), encoding="utf-8")
    news(place)
    return arguments


def publish(place: Place) -> Arguments:
    archived(place)
    return ("publish", *THE_WEEK)


def publish_news(place: Place) -> Arguments:
    assert place.run(*publish(place)).code == 0
    news(place)
    return ("publish", *THE_WEEK)


def publish_with_edits(place: Place) -> Arguments:
    assert place.run(*publish(place)).code == 0
    place.forum.edit(f"{LINE}\n\n{place.forum.only.raw}")
    news(place)
    return ("publish", *THE_WEEK)


def monday_into_a_folder(place: Place) -> Arguments:
    without_forum(place)
    return ("monday", "--mode", "direct")


def monday_to_the_forum(place: Place) -> Arguments:
    place.configure("# first_week = 2023-04-03", "first_week = 2023-03-20")
    return ("monday", "--mode", "direct")


def monday_that_goes_on(place: Place) -> Arguments:
    """Without a first week it goes on from the newest record, which is also the one to be brought up to date."""
    assert place.run(*publish(place)).code == 0
    place.forum.edit(f"{LINE}\n\n{place.forum.only.raw}")
    news(place)
    return ("monday", "--mode", "direct")


def monday_that_proposes(place: Place) -> Arguments:
    place.configure("# first_week = 2023-04-03", "first_week = 2023-03-27")
    with_origin(place)
    return ("monday", "--mode", "review", "--push", "--trees", "../trees")


def monday_that_pushes(place: Place) -> Arguments:
    place.configure("# first_week = 2023-04-03", "first_week = 2023-03-27")
    with_origin(place)
    return ("monday", "--mode", "direct", "--push")


def init(place: Place) -> Arguments:
    (place.project / "weekly.toml").unlink()
    return ("init", "lxc/lxc", "lxc/lxcfs", "--action", f"example/weekly@{'a1' * 20}")


def preview(place: Place) -> Arguments:
    archived(place)
    return ("preview", *THE_WEEK)


def explain(place: Place) -> Arguments:
    return ("explain", *THE_WEEK)


def tell(place: Place) -> Arguments:
    return ("tell", "--result", "failure", "--troubles", '["It went wrong."]')


def archived(place: Place) -> None:
    archive.save(place.project, gathered())


def news(place: Place) -> None:
    place.configure('name = "Ubuntu"\nentries = []', 'name = "Ubuntu"\nentries = ["A new snap was built."]')


def without_forum(place: Place) -> None:
    place.configure("# first_week = 2023-04-03", "first_week = 2023-03-20")
    text = (place.project / "weekly.toml").read_text(encoding="utf-8")
    place.write("weekly.toml", re.sub(r"^\[forum.*?(?=^\[(?!forum)|\Z)", "", text, flags=re.MULTILINE | re.DOTALL))


def with_origin(place: Place) -> None:
    git(place.base, "init", "--quiet", "--bare", "--initial-branch=main", "--template=", "origin.git")
    git(place.project, "init", "--quiet", "--initial-branch=main", "--template=")
    git(place.project, "remote", "add", "origin", str(place.base / "origin.git"))
    git(place.project, "config", "gc.auto", "0")
    place.write(".gitignore", "published/.gone\n")
    git(place.project, "add", "--all")
    git(place.project, "commit", "--quiet", "-m", "Begin")
    git(place.project, "push", "--quiet", "origin", "main")


Scene = Callable[[Place], Arguments]
SCENES: list[Scene] = [
    gather, gather_again, gather_many, gather_by_rest, gather_from_clones, render_that_gathers, render_anew, render_many, draft,
    draft_again, publish_to_a_folder, publish_to_a_folder_with_edits, publish, publish_news, publish_with_edits,
    monday_into_a_folder, monday_to_the_forum, monday_that_goes_on, monday_that_proposes, monday_that_pushes, init, preview,
    explain, tell,
]  # fmt: skip
THREADED = (gather_by_rest, gather_from_clones, gather_many)


# What must hold ---------------------------------------------------------------------------------------------------------

CHANGING = ("open", "write", "fsync", "mkdir", "chmod", "rename", "remove", "rmdir", "link", "truncate", "start")
FAULTS = {
    "kill": (*CHANGING, "request"),
    "full": faulty.NEEDS_SPACE,
    "INT": (*CHANGING, "request"),
    "TERM": (*CHANGING, "request"),
    "HUP": (*CHANGING, "request"),
}
"""What goes wrong, and at which steps it can."""
CODES = {"kill": -9, "full": 1, "INT": 130, "TERM": 143, "HUP": 129}


def is_leftover(name: str) -> bool:
    return name.endswith(".weekly-part")


def sound(place: Place, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Every file is as it was or as it is to be; a record, which has stages in between, can be read."""
    found = place.files()
    for name, content in found.items():
        if is_leftover(name) or name.startswith("origin: "):
            continue
        folder = (place.project / name).parent
        if folder.name in ("published", ".published"):
            load_publication(folder, WEEK)
        else:
            assert content in (before.get(name), after.get(name)), f"{name} is half-written"
    for name in before:
        assert name in found or name not in after, f"{name} was lost"
    for monday in archive.mondays(place.project):
        assert archive.load(place.project, Week(monday=date.fromisoformat(monday))) is not None


def reported_well(fault: str, ended: faulty.Ended, place: Place) -> None:
    """In its last line, which is the only one on it; and nothing is left lying about."""
    assert not [name for name in place.files() if is_leftover(name)]
    last = ended.err.splitlines()[-1]
    errors = [line for line in ended.err.splitlines() if "error" in line]
    if fault == "full":
        assert errors == [last]
        assert "No space left on device" in last or "No usable temporary directory" in last, last
        assert ".weekly-part" not in last, "names a file that nobody knows"
    else:
        how = "interrupted" if fault == "INT" else f"stopped by SIG{fault}"
        assert last == f"weekly: {how}; finished work is saved, so run again to continue"
        assert errors == []


def some(fault: str, steps: tuple[str, ...], scene: Scene) -> list[int]:
    """The numbers, from 1, of the steps at which the fault is to happen: an even choice where all are too many."""
    fit = [number for number, step in enumerate(steps, 1) if step.split(" ", 1)[0] in FAULTS[fault]]
    turn = sum(map(ord, scene.__name__ + fault))
    if MOST == 1 and tuple(FAULTS)[SCENES.index(scene) % len(FAULTS)] != fault:
        return []
    return fit if len(fit) <= MOST else [fit[(turn + number * len(fit) // MOST) % len(fit)] for number in range(MOST)]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_whatever_breaks_at_any_step_a_plain_rerun_mends(place: Place, scene: Scene) -> None:
    arguments = scene(place)
    before, restore = place.files(), place.remember()
    start = place.state()
    mended = {start}
    whole = place.run(*arguments)
    assert whole.code == 0, whole.err
    after, outside = place.files(), place.outside()
    points = [(fault, at) for fault in FAULTS for at in some(fault, whole.steps, scene)]
    assert points
    for fault, at in points:
        if place.state() != start:
            restore()
        broken = place.run(*arguments, fault=fault, at=at)
        with explained(f"{fault} at step {at} of {len(whole.steps)}, {whole.steps[at - 1]}: {broken.err}"):
            if len(broken.steps) < at and scene in THREADED:
                continue  # the order of the steps isn't always the same: this time it was over before
            assert broken.code == CODES[fault]
            sound(place, before, after)
            if fault != "kill":
                reported_well(fault, broken, place)
            for lock in place.base.rglob("*.lock"):
                lock.unlink()  # of the git that was killed: git says so, and a job's checkout is always a new one
            if (found := place.state()) in mended:
                continue  # a run that began with the very same ended well: most steps leave nothing behind
            again = place.run(*arguments)
            assert again.code == 0, again.err
            assert place.outside() == outside
            rerun = {name: content for name, content in place.files().items() if not is_leftover(name)}
            assert rerun == after
            mended.add(found)


def test_the_command_reference_lists_the_exit_codes() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for row in (
        "| 0 | success",
        "| 1 | `weekly` ran and found a problem",
        "| 2 | an input is wrong",
        "| 130, 143, 129 | a signal",
    ):
        assert row in page
    assert {CODES[name] for name in ("INT", "TERM", "HUP")} == {130, 143, 129}


CALLS = {"openat": "open", "linkat": "link", "fchmodat": "chmod", "unlink": "remove", "unlinkat": "remove"}
"""What the kernel calls a step that goes by another name here."""


@pytest.mark.parametrize("scene", [publish_to_a_folder, draft_again, preview], ids=lambda scene: scene.__name__)
def test_the_steps_that_are_counted_are_all_that_the_kernel_sees(place: Place, scene: Scene) -> None:
    """In the project's folder, by strace: else a step could break that no test breaks."""
    tracer = shutil.which("strace")
    if tracer is None:
        pytest.skip("this system has no strace")
    if subprocess.run([tracer, "--seccomp-bpf", "-f", "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be traced here")
    arguments, trace = scene(place), place.base / "trace"
    restore = place.remember()
    counted = [step.split(" ", 1)[0] for step in place.run(*arguments).steps]
    restore()
    kinds = "openat,write,fsync,chmod,fchmodat,rename,link,linkat,unlink,unlinkat,mkdir"
    subprocess.run(
        [tracer, "--seccomp-bpf", "-f", "-qq", "-y", "-e", f"trace={kinds}", "-o", trace, sys.executable, "-m", "tests.support.clocked", *arguments],
        cwd=place.project, check=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "WEEKLY_TEST_NOW": place.workshop.now},
    )  # fmt: skip
    seen = []
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        call, _, rest = line.partition(" ")[2].lstrip().partition("(")
        if call in ("write", "fsync"):
            of_project = "/base/project/" in rest.partition(">")[0]
        else:
            of_project = not re.search(r'"/(?!.*/base/project/)', rest)
        if of_project and (call != "openat" or "O_CREAT" in rest):
            seen.append(CALLS.get(call, call))
    assert seen == counted


@contextmanager
def explained(where: str) -> Iterator[None]:
    """A failure with the step at which it happened."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{where}\n{error}") from error
