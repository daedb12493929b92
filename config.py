"""Every environment variable, read once: `Config.from_env(os.environ)`.

It is known where a process begins and where real things are wired together, as the contract
"Settings are given, not fetched" lists; everything else is given its values.
"""

import hashlib
import math
import re
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.access import REQUESTS_PER_MINUTE
from domain.errors import RejectedError, Texas811Error
from domain.keeping import AUDIT_RETENTION_MONTHS, DATA_RETENTION_DAYS, Keeping
from storage.bucket_given import (
    AccessKeyId,
    BucketEndpoint,
    BucketName,
    BucketPrefix,
    BucketRegion,
    SecretKey,
)
from storage.given_keys import GivenKeys
from storage.given_values import CenterCodes, DataDir, FileHosts, PublicUrl, Recipients
from storage.llm_given import LlmKey, LlmModel, LlmUrl

MEBIBYTE = 1024 * 1024
LOOPBACK = "127.0.0.1"
EVERY_ADDRESS = "*"  # IPv4 and IPv6
ANY_REGION = "auto"
EXIT_REFUSED = 2  # with these settings a process cannot run; to start it again would not help
LET_GO_SECONDS = 5.0  # for what comes after a drain: in workers, and then in Redis

# Environment variable -> setting. What of ours is not listed here is not read anywhere; what
# libraries read for themselves, such as OTEL_*, docs/SETTINGS.md names.
VARIABLES = {
    "API_KEYS": "api_keys",
    "AUDIT_RETENTION_MONTHS": "audit_retention_months",
    "BACKUP_BUCKET_ACCESS_KEY_ID": "backup_bucket_access_key_id",
    "BACKUP_BUCKET_ENDPOINT": "backup_bucket_endpoint",
    "BACKUP_BUCKET_NAME": "backup_bucket_name",
    "BACKUP_BUCKET_PREFIX": "backup_bucket_prefix",
    "BACKUP_BUCKET_REGION": "backup_bucket_region",
    "BACKUP_BUCKET_SECRET_ACCESS_KEY": "backup_bucket_secret_access_key",
    "BACKUP_ENABLED": "backup_enabled",
    "BACKUP_RECIPIENTS": "backup_recipients",
    "CENTER_CODES": "center_codes",
    "DATA_DIR": "data_dir",
    "DATA_RETENTION_DAYS": "data_retention_days",
    "FILE_HOSTS": "file_hosts",
    "HOST": "host",
    "JOB_DRAIN_SECONDS": "job_drain_seconds",
    "LLM_API_KEY": "llm_api_key",
    "LLM_BASE_URL": "llm_base_url",
    "LLM_MODEL": "llm_model",
    "LLM_SECONDS_MAX": "llm_seconds_max",
    "LLM_TOKENS_PER_DAY_MAX": "llm_tokens_per_day_max",
    "LOG_LEVEL": "log_level",
    "MAX_FILE_SIZE_MB": "max_file_size_mb",
    "PORT": "port",
    "PUBLIC_URL": "public_url",
    "RAILWAY_DEPLOYMENT_DRAINING_SECONDS": "railway_draining_seconds",
    "RAILWAY_ENVIRONMENT_ID": "railway_environment_id",
    "RAILWAY_PUBLIC_DOMAIN": "railway_public_domain",
    "RAILWAY_VOLUME_MOUNT_PATH": "railway_volume",
    "RATE_LIMIT_PER_MINUTE": "rate_limit_per_minute",
    "REDIS_URL": "redis_url",
    "SESSION_TIMEOUT_HOURS": "session_timeout_hours",
    "SYNC_WAIT_SECONDS": "sync_wait_seconds",
    "WORKERS": "workers",
}
# What is not repeated where it is wrong: it is a secret, has a place for one, or stands beside one
# that is easily set in its place.
NOT_REPEATED = re.compile(r"API_KEYS|BACKUP_.*|FILE_HOSTS|LLM_.*|.*_URL")
REPEATED_CHARACTERS_MAX = 100


class Config(BaseModel):
    """The settings of one installation; docs/SETTINGS.md says what each is for.

    `api_keys` open the API beside those that are kept, for as long as they are given.

    `center_codes` maps the center's own response codes to outcomes; a code that is not known
    here or built in stays open.

    `file_hosts` are the hosts that files of a conversation are fetched from; None: those of
    ChatGPT. `public_url` is where others reach this service, None if unknown.

    `llm_base_url` is where a language model may be asked; None: nobody is.

    `job_drain_seconds` is how long a worker that is to stop goes on with what it has begun,
    `sync_wait_seconds` how long at most a request is kept waiting for work.

    `redis_url` is None where no Redis was named; then the supervisor starts one of its own on
    `redis_socket`. `data_dir` is the directory that holds tickets, work orders and the rest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_keys: GivenKeys = ()
    data_dir: DataDir = Path("data")
    redis_url: str | None = None
    host: str = LOOPBACK  # nobody else can reach it until HOST says so
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    max_file_size_mb: int = Field(default=10, ge=1, le=100)
    center_codes: CenterCodes = Field(default_factory=dict)
    file_hosts: FileHosts | None = None
    # Before `public_url`, which follows from it: what is wrong is blamed on the first of them.
    railway_public_domain: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.-]+$")
    public_url: PublicUrl | None = None
    session_timeout_hours: float = Field(default=4.0, ge=0.25, le=168)  # for the next turn
    sync_wait_seconds: float = Field(default=20.0, ge=0, le=40)  # ChatGPT gives up at 45
    job_drain_seconds: float = Field(default=20.0, ge=0, le=3600)
    rate_limit_per_minute: int = Field(default=REQUESTS_PER_MINUTE, ge=1)  # of a key
    data_retention_days: int = Field(default=DATA_RETENTION_DAYS, ge=1, le=36_500)
    audit_retention_months: int = Field(default=AUDIT_RETENTION_MONTHS, ge=1, le=1200)
    backup_enabled: bool = True
    backup_bucket_name: BucketName | None = None
    backup_bucket_endpoint: BucketEndpoint | None = None
    backup_bucket_region: BucketRegion = ANY_REGION
    backup_bucket_access_key_id: AccessKeyId | None = None
    backup_bucket_secret_access_key: SecretKey | None = None
    backup_bucket_prefix: BucketPrefix = ""
    backup_recipients: Recipients = ()
    llm_base_url: LlmUrl | None = None
    llm_model: LlmModel | None = None
    llm_api_key: LlmKey | None = None
    llm_seconds_max: float = Field(default=20.0, ge=1, le=60)
    llm_tokens_per_day_max: int = Field(default=200_000, ge=1)  # of a process
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    railway_draining_seconds: int = Field(default=0, ge=0)  # the platform's own default
    railway_environment_id: str | None = None
    railway_volume: Path | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings in this environment.

        Raises RejectedError, naming the variable, for a value that cannot be used, and on
        Railway without a volume: what is written beside one is gone at the next deploy.
        """
        given = {name: environ[var] for var, name in VARIABLES.items() if environ.get(var)}
        if environ.get("RAILWAY_ENVIRONMENT_ID"):
            given.setdefault("host", EVERY_ADDRESS)
        if domain := given.get("railway_public_domain"):
            given.setdefault("public_url", f"https://{domain}")
        if volume := given.get("railway_volume"):
            given.setdefault("data_dir", str(Path(volume) / "data"))
        elif environ.get("RAILWAY_ENVIRONMENT_ID"):
            raise RejectedError(
                "There is no volume: tickets would be lost at the next deploy.",
                field="RAILWAY_VOLUME_MOUNT_PATH",
                remedy="Attach a volume to this service.",
            )
        try:
            config = cls.model_validate(given)
        except ValidationError as error:
            raise _refused(error) from None
        _refuse_half_a_bucket(config)
        _refuse_half_a_model(config)
        return config

    @property
    def is_on_railway(self) -> bool:
        """Does the platform's edge stand between us and every client?"""
        return self.railway_environment_id is not None

    @property
    def volume(self) -> Path | None:
        """What must be mounted where data is kept; None elsewhere than on Railway."""
        return self.railway_volume if self.is_on_railway else None

    @property
    def root(self) -> Path:
        """The data directory, absolute."""
        return self.data_dir.resolve()

    @property
    def keeping(self) -> Keeping:
        """How long what is over is kept."""
        return Keeping(
            data_days=self.data_retention_days,
            audit_months=self.audit_retention_months,
            makes_backups=self.backup_enabled,
        )

    @property
    def stop_seconds_max(self) -> float:
        """How long workers that are to stop may take, before they are made to."""
        return self.job_drain_seconds + LET_GO_SECONDS

    @property
    def draining_seconds_min(self) -> int:
        """How long whoever stops the whole service must wait before he kills it."""
        return math.ceil(self.stop_seconds_max + LET_GO_SECONDS)

    @property
    def document_bytes_max(self) -> int:
        return self.max_file_size_mb * MEBIBYTE

    @property
    def session_timeout(self) -> timedelta:
        """How long a conversation waits for its next turn."""
        return timedelta(hours=self.session_timeout_hours)

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis of this data directory listens.

        Not inside the data directory, because the path of a socket may have only about 100
        characters; derived from it, so that every command finds the same server.
        """
        name = hashlib.sha256(str(self.root).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"texas811-{name}" / "redis.sock"

    @property
    def address(self) -> str | None:
        """Where the API listens; None: at every address, IPv4 and IPv6."""
        return None if self.host == EVERY_ADDRESS else self.host

    @property
    def url(self) -> str:
        """Where this machine reaches the API."""
        host = self.address or LOOPBACK
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def redis_address(self) -> str:
        """The URL to reach Redis at, whoever runs it."""
        return self.redis_url or f"unix://{self.redis_socket}"


def _refused(error: ValidationError) -> RejectedError:
    """Return what is wrong with the first variable that cannot be used; no secret is repeated."""
    first = error.errors()[0]
    variable = next(var for var, name in VARIABLES.items() if name == first["loc"][0])
    problem = first["msg"].removeprefix("Value error, ")
    if not NOT_REPEATED.fullmatch(variable):
        problem += f", not {str(first['input'])[:REPEATED_CHARACTERS_MAX]!r}"
    return RejectedError(
        f"{problem}.",
        field=variable,
        remedy="Correct the environment variable, or unset it for the default.",
    )


def _refuse_half_a_bucket(config: Config) -> None:
    """Raise RejectedError if a bucket is named and backups could not be put into it.

    Nor may they: they hold personal data and hashes of API keys, and leave the volume sealed.
    """
    needed = {
        "BACKUP_RECIPIENTS": config.backup_recipients,
        "BACKUP_BUCKET_ACCESS_KEY_ID": config.backup_bucket_access_key_id,
        "BACKUP_BUCKET_SECRET_ACCESS_KEY": config.backup_bucket_secret_access_key,
        "BACKUP_BUCKET_ENDPOINT": config.backup_bucket_endpoint
        or config.backup_bucket_region != ANY_REGION,
    }
    missing = [variable for variable, value in needed.items() if not value]
    if config.backup_bucket_name and missing:
        raise RejectedError(
            "The bucket that BACKUP_BUCKET_NAME names cannot be used without it.",
            field=missing[0],
            remedy="Set it; for BACKUP_RECIPIENTS make a key with `texas811 backups new-key`.",
        )


def _refuse_half_a_model(config: Config) -> None:
    """Raise RejectedError if it is said where a language model is, and not which one."""
    if config.llm_base_url and not config.llm_model:
        raise RejectedError(
            "The service that LLM_BASE_URL names cannot be asked without it.",
            field="LLM_MODEL",
            remedy="Set it to the name of a model there.",
        )


def refusal(error: Texas811Error) -> str:
    """Return the sentence with which a process declines to run."""
    named = f"{error.field}: {error.problem}" if error.field else error.problem
    return " ".join(filter(None, (named, error.remedy))) + "\n"
