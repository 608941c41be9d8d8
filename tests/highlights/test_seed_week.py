"""With descriptions that carry the facts, the drafted highlights of a real week can stay as they are."""

from __future__ import annotations

import msgspec

from tests.conftest import ROOT
from weekly.classify.rules import classify
from weekly.config import load
from weekly.highlights.select import highlight
from weekly.model import Snapshot

DESCRIPTIONS = {
    11514: (
        "This adds support for differential downloads of VM images from simplestreams servers. Clients that "
        "have the previous image now only download what changed."
    ),
    11517: (
        "When the server configuration was updated, a nil configuration was passed to the triggers where the "
        "local one was needed. This crashed the daemon in some circumstances.\n\nThe local configuration is "
        "now passed."
    ),
    11519: (
        "Moves of instances on Ceph within a cluster are now handled by the migration subsystem of each "
        "driver. Previously they had an implementation of their own, with a stop and a start.\n\nThis lays "
        "the groundwork for live migration of VMs between members on Ceph."
    ),
    11521: (
        "The CPU topology of a VM is now calculated once instead of three times.\n\nAll handling of "
        "`limits.cpu` now happens in one place."
    ),
    11522: (
        "The source and the sink of a migration now share one set of fields. This removes the need for logic "
        "that picked the right set for push and pull migrations."
    ),
    11525: (
        "When an instance was created on another member, whether the user or the placement logic picked it, "
        "the request was forwarded with the notify bit set. The target then took it for the end of a move "
        "within the cluster, and instance creation failed.\n\nThe notify bit is no longer set on such "
        "requests."
    ),
    11526: ("File transfers failed where Candid was used, since the login of the client was not passed on."),
    11529: (
        "The driver of an instance now decides when it connects and waits for the control, filesystem and "
        "state connections. Previously all connections were expected before the negotiation.\n\nThis lays the"
        " groundwork for live migration of VMs, where support for the state connection is only known after "
        "the negotiation."
    ),
}

EXPECTED = (
    (
        "Added support for differential downloads of VM images from simplestreams servers. Clients that have the previous image now "
        "only download what changed."
    ),
    (
        "Reworked how migration connections are established and managed. The driver of an instance now decides when it connects and "
        "waits for the control, filesystem and state connections. Previously all connections were expected before the negotiation."
    ),
    "Reworked intra-cluster Ceph instance move to use migration subsystem.",
    (
        "Removed unnecessary concept of src/dest `migrationFields` from `migrationSink`. The source and the sink of a migration now "
        "share one set of fields."
    ),
    (
        "Reworked `cpuTopology` in QEMU. The CPU topology of a VM is now calculated once instead of three times. All handling of "
        "`limits.cpu` now happens in one place."
    ),
    (
        "Fixed a crash caused by passing a nil `localConfig`. Previously, when the server configuration was updated, a nil "
        "configuration was passed to the triggers where the local one was needed. This crashed the daemon in some circumstances."
    ),
    (
        "Fixed candid based authentication on file transfers. Previously, file transfers failed where Candid was used, since the "
        "login of the client was not passed on."
    ),
    (
        "No longer uses notify for targetting. Previously, when an instance was created on another member, whether the user or the "
        "placement logic picked it, the request was forwarded with the notify bit set. The target then took it for the end of a move "
        "within the cluster, and instance creation failed."
    ),
)


def test_descriptions_become_problem_effect_and_remedy() -> None:
    config = load(ROOT / "weekly.toml")
    snapshot = msgspec.json.decode((ROOT / "archive" / "2023-03-27.json").read_bytes(), type=Snapshot)
    pulls = [
        msgspec.structs.replace(pull, body=DESCRIPTIONS.get(pull.number, pull.body))
        for pull in snapshot.pulls
        if pull.repo == "canonical/lxd"
    ]
    verdicts = {pull.ref: classify(pull, config.kinds, known=config.highlights) for pull in pulls}
    chosen = highlight(pulls, verdicts, config.highlights, config.kinds)
    assert tuple(one.text for one in (*chosen.improvements, *chosen.bugfixes)) == EXPECTED
