"""The seed week with descriptions of ours, and bullets that a truthful writer makes of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tests.conftest import Weekly
from tests.support.desk import gathered
from weekly import archive
from weekly.model import Snapshot

DESCRIPTIONS = {
    11514: "Some image servers offer virtual machine images as differences to an earlier image, in a file named "
    "`disk-kvm.img.vcdiff`. The simplestreams client now recognises these differential images, so that LXD can download the "
    "difference only.",
    11517: "When a server's configuration is updated, `api10Put` passed `nil` as `localConfig` to `doApi10UpdateTriggers` in "
    "certain circumstances. That crashed the daemon.\n\nThe local configuration is now passed in each case.",
    11519: "Moving an instance on Ceph storage to another cluster member was a separate implementation, which stopped the instance "
    "and started it again.\n\nNow such a move uses the migration logic of the instance's driver. This lays the ground for live "
    "migration of virtual machines from QEMU to QEMU.",
    11521: "The CPU topology of a virtual machine was calculated three times. It is now calculated once, and the handling of "
    "`limits.cpu` has moved to the same place.",
    11525: "When an instance was created on another cluster member, whether the user named the target or the placement logic chose it, "
    "the request was forwarded with the notify bit set. The target took the request for a notification that the move of an "
    "instance is complete, and didn't create the instance.\n\nLXD no longer sets the notify bit when it forwards the request to "
    "create an instance to another member.",
    11526: "File transfers failed with Candid based authentication, since they used a client of their own. They now use the same client "
    "as all other requests.",
    11529: "Connections for control, file system and state had to be established before the migration was negotiated.\n\nNow each instance "
    "driver decides when it waits for a connection. Containers still establish their connections before the negotiation.",
}  # fmt: skip
"""Descriptions in our words that carry what the published post says."""

BULLETS = {
    11514: (
        "Added support for differential virtual machine images to the simplestreams client.",
        "LXD can now download only the difference to an earlier image, from files named `disk-kvm.img.vcdiff`.",
    ),
    11517: (
        "Fixed a crash of the daemon when the server's configuration was updated.",
        "In certain circumstances, `api10Put` passed `nil` as `localConfig` to `doApi10UpdateTriggers`.",
    ),
    11519: (
        "Reworked how an instance on Ceph storage moves between cluster members.",
        ("Such a move now uses the migration logic of the instance's driver, rather than a separate implementation that "
        "stopped and started the instance."),
        "This lays the ground for live migration from QEMU to QEMU.",
    ),
    11525: (
        ("Fixed an issue where an instance was not created on another cluster member, whether the user named the target or "
        "the placement logic chose it."),
        "The request was forwarded with the notify bit, so the target took it for a notification that the move was complete.",
        "LXD no longer sets the notify bit when it forwards a request to create an instance.",
    ),
    11526: (
        "Fixed file transfers with Candid based authentication.",
        "They now use the same client as other requests.",
    ),
    11529: (
        "Reworked how migration connections are established and managed.",
        "Each instance driver now decides when to wait for its connections for control, file system and state.",
        "Containers still establish their connections before the negotiation.",
    ),
}  # fmt: skip

WRITER = """\
import json, os, sys, time
request = json.load(sys.stdin)
with open("asked.jsonl", "a", encoding="utf-8") as log:
    log.write(json.dumps({"request": request, "environment": dict(os.environ)}) + "\\n")
answers = json.load(open("says.json", encoding="utf-8"))
say = answers.get(request["id"], answers.get("*"))
if isinstance(say, str):
    exec(say)
    sys.exit()
quotes = [fact["text"] for fact in request["facts"] if fact["source"].split()[0] in ("title", "description", "draft", "bullet")]
kind = say.pop(0)["kind"] if say and isinstance(say[0], dict) and "kind" in say[0] else ""
sentences = [one if isinstance(one, dict) else {"text": one, "support": quotes} for one in say or []]
answer = {"schema_version": 1, "id": request["id"], "model": "scripted", "prompt": "v1", "kind": kind, "sentences": sentences}
print(json.dumps(answer))
"""
"""A writer that says what says.json has for each id, or runs it where it is code. It logs what it is asked."""


def described(body: Mapping[int, str] | None = None) -> Snapshot:
    """Return the seed week with our descriptions, or others."""
    bodies = {**DESCRIPTIONS, **(body or {})}
    snapshot = gathered()
    repos = [
        msgspec.structs.replace(
            repo,
            lacks=tuple(field for field in repo.lacks if field != "body"),
            pulls=tuple(msgspec.structs.replace(pull, body=bodies.get(pull.number, "")) for pull in repo.pulls),
        )
        for repo in snapshot.repos
    ]
    return msgspec.structs.replace(snapshot, repos=tuple(repos))


def install(weekly: Weekly, says: dict[str, Any], config: str = "", snapshot: Snapshot | None = None) -> Weekly:
    """Give a project the seed week and a scripted writer."""
    archive.save(weekly.folder, snapshot or described())
    (weekly.folder / "writer.py").write_text(WRITER, encoding="utf-8")
    configuration = weekly.folder / "weekly.toml"
    command = json.dumps([sys.executable, "-I", "-S", "writer.py"])
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(f"{text}\n[writer]\ncommand = {command}\n{config}\n", encoding="utf-8")
    say(weekly, says)
    return weekly


def say(weekly: Weekly, says: dict[str, Any]) -> None:
    """Set what the scripted writer says."""
    (weekly.folder / "says.json").write_text(json.dumps(says), encoding="utf-8")


def asked(folder: Path) -> list[dict[str, Any]]:
    """Return what the writer was asked so far, with its environment."""
    path = folder / "asked.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def ref(number: int) -> str:
    """Return the key of a pull request of LXD."""
    return f"canonical/lxd#{number}"


TRUTHFUL: dict[str, Any] = {ref(number): list(sentences) for number, sentences in BULLETS.items()}
