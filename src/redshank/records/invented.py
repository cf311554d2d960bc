"""Whether a delivery is synthetic: every file of it stands, by its hash, in the list that `redshank synthetic` wrote.

The list ``SYNTHETIC`` lies beside the delivery's folder. A real extract put into that folder is in no list, so a
demonstration home refuses it (practice rule 27).
"""

from __future__ import annotations

import os

from redshank.errors import DeliveryRefused
from redshank.sources.delivery import Delivery
from redshank.store import Store

LIST = "SYNTHETIC"
MARK = "DEMONSTRATION"
LONGEST = 100_000


def is_synthetic(delivery: Delivery) -> bool:
    """True where the list names the hash of each file of the delivery."""
    try:
        fd = os.open(delivery.folder.parent / LIST, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with os.fdopen(fd, "rb") as file:
        text = file.read(LONGEST).decode("utf-8", "replace")
    listed = {line.split()[0] for line in text.splitlines() if line.strip()}
    return bool(delivery.files) and all(f.sha256 in listed for f in delivery.files)


def refuse_in_demonstration(store: Store, delivery: Delivery) -> None:
    """:class:`DeliveryRefused` where a demonstration home is given anything but a synthetic delivery."""
    if (store.home / MARK).exists() and not is_synthetic(delivery):
        raise DeliveryRefused(
            "This is a demonstration home: it takes synthetic deliveries only.",
            "Load real extracts into a home of their own (--home DIR).",
        )
