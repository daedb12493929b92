"""What is amiss on Railway before anything begins, and costs only a repetition: too little time to stop."""

import logging

from config import Config

DRAINING = "RAILWAY_DEPLOYMENT_DRAINING_SECONDS"

log = logging.getLogger(__name__)


def warn(config: Config) -> None:
    """Warn on Railway if the platform kills before our own drain is over."""
    if config.is_on_railway and config.railway_draining_seconds < config.draining_seconds_min:
        log.warning(
            "%s is %d: jobs are cut off at a deploy, and begin anew; %d would let them end",
            DRAINING,
            config.railway_draining_seconds,
            config.draining_seconds_min,
        )
