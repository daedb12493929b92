"""What must be so on Railway before anything begins: a volume that is mounted, and time to stop.

A directory that only looks like the volume takes every ticket, and is gone at the next deploy.
"""

import logging

from config import Config
from domain.errors import RejectedError
from storage.examining import LOST_AT_A_DEPLOY, Mount, mount_of

VOLUME = "RAILWAY_VOLUME_MOUNT_PATH"
DRAINING = "RAILWAY_DEPLOYMENT_DRAINING_SECONDS"

log = logging.getLogger(__name__)


def check(config: Config) -> None:
    """Refuse what would lose tickets, and warn of what would only cost a repetition. Blocks.

    Elsewhere than on Railway nothing is asked for. Raises RejectedError.
    """
    if not config.is_on_railway:
        return
    _check_volume(config)
    _check_data(config)
    if config.railway_draining_seconds < config.draining_seconds_min:
        log.warning(
            "%s is %d: jobs are cut off at a deploy, and begin anew; %d would let them end",
            DRAINING,
            config.railway_draining_seconds,
            config.draining_seconds_min,
        )


def _check_volume(config: Config) -> None:
    """Raise RejectedError if what is named as the volume is none."""
    if config.railway_volume is None:
        return  # then DATA_DIR was named, and is looked at
    place = config.railway_volume.resolve()
    mount = mount_of(place)
    if mount and (mount.place != place or mount.kind in LOST_AT_A_DEPLOY):
        raise RejectedError(
            f"No volume is mounted at {place}: {_said(mount)} is there, and is gone at the next "
            "deploy.",
            field=VOLUME,
            remedy="Attach the volume to this service, at this path, and deploy again.",
        )


def _check_data(config: Config) -> None:
    """Raise RejectedError if the data directory does not outlive this container."""
    volume, root = config.railway_volume, config.root
    mount = mount_of(root)
    if mount and mount.kind in LOST_AT_A_DEPLOY:
        raise RejectedError(
            f"{root} lies on {_said(mount)}, which is gone at the next deploy.",
            field="DATA_DIR",
            remedy="Unset DATA_DIR, or let it be below where the volume is mounted.",
        )
    if volume and not root.is_relative_to(volume.resolve()):
        raise RejectedError(
            f"{root} lies beside the volume, which is mounted at {volume}.",
            field="DATA_DIR",
            remedy="Unset DATA_DIR, or let it be below where the volume is mounted.",
        )


def _said(mount: Mount) -> str:
    return f"the {mount.kind} of {mount.place}"
