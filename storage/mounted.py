"""Whether data lies on a volume that is mounted, before the first of it is written.

A directory that only looks like the volume takes every ticket, and is gone at the next deploy.
"""

from pathlib import Path

from domain.errors import RejectedError
from storage.examining import LOST_AT_A_DEPLOY, Mount, mount_of

ROOT = Path("/")


def refuse_unmounted(root: Path, volume: Path) -> None:
    """Raise RejectedError unless a volume is mounted at `volume` and the data lies on it. Blocks.

    The root of all is the disk of the container, whatever its kind. Nothing is refused where the
    kernel does not tell what is mounted.
    """
    place = volume.resolve()
    mount = mount_of(place)
    if mount and (place == ROOT or mount.place != place or mount.kind in LOST_AT_A_DEPLOY):
        raise RejectedError(
            f"No volume is mounted at {place}: {_said(mount)} is there, and is gone at the next "
            "deploy.",
            field="RAILWAY_VOLUME_MOUNT_PATH",
            remedy="Attach the volume to this service, at this path, and deploy again.",
        )
    remedy = "Unset DATA_DIR, or let it be below where the volume is mounted."
    mount = mount_of(root)
    if mount and mount.kind in LOST_AT_A_DEPLOY:
        problem = f"{root} lies on {_said(mount)}, which is gone at the next deploy."
        raise RejectedError(problem, field="DATA_DIR", remedy=remedy)
    if not root.is_relative_to(place):
        problem = f"{root} lies beside the volume, which is mounted at {place}."
        raise RejectedError(problem, field="DATA_DIR", remedy=remedy)


def _said(mount: Mount) -> str:
    return f"the {mount.kind} of {mount.place}"
