"""Every environment variable, read once: `Config.from_env(os.environ)`.

It is known where a process begins and where real things are wired together, as the contract
"Settings are given, not fetched" lists; everything else is given its values.
"""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from domain.errors import RejectedError, Texas811Error
from domain.responses import Outcome, code_key

MEBIBYTE = 1024 * 1024
LOOPBACK = "127.0.0.1"
EVERY_ADDRESS = "*"  # IPv4 and IPv6
EXIT_REFUSED = 2  # with these settings a process cannot run; to start it again would not help

# Environment variable -> setting. What is not listed here is not read anywhere.
VARIABLES = {
    "CENTER_CODES": "center_codes",
    "DATA_DIR": "data_dir",
    "HOST": "host",
    "LOG_LEVEL": "log_level",
    "MAX_FILE_SIZE_MB": "max_file_size_mb",
    "PORT": "port",
    "REDIS_URL": "redis_url",
    "WORKERS": "workers",
}


def _codes(given: object) -> object:
    """Return response codes, as JSON text or as a mapping, under the keys they are sought by."""
    codes = from_json(given) if isinstance(given, str) else given
    if not isinstance(codes, Mapping):
        problem = "a JSON object of center code to outcome is needed"
        raise ValueError(problem)  # noqa: TRY004 - pydantic turns a ValueError into a refusal
    return {code_key(str(code)): outcome for code, outcome in codes.items()}


CenterCodes = Annotated[dict[str, Outcome], BeforeValidator(_codes)]


class Config(BaseModel):
    """The settings of one installation.

    `center_codes` maps the center's own response codes to outcomes; a code that is not known
    here or built in stays open.

    `redis_url` is None where no Redis was named; then the supervisor starts one of its own on
    `redis_socket`. `data_dir` is the directory that holds tickets, work orders and the rest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    redis_url: str | None = None
    host: str = LOOPBACK  # nobody else can reach it until HOST says so
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    max_file_size_mb: int = Field(default=10, ge=1, le=100)
    center_codes: CenterCodes = Field(default_factory=dict)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings in this environment.

        Raises RejectedError, naming the variable, for a value that cannot be used, and on
        Railway without a volume: what is written beside one is gone at the next deploy.
        """
        given = {name: environ[var] for var, name in VARIABLES.items() if environ.get(var)}
        if environ.get("RAILWAY_ENVIRONMENT_ID"):
            given.setdefault("host", EVERY_ADDRESS)
        volume = environ.get("RAILWAY_VOLUME_MOUNT_PATH")
        if "data_dir" not in given and volume:
            given["data_dir"] = str(Path(volume) / "data")
        if "data_dir" not in given and environ.get("RAILWAY_ENVIRONMENT_ID"):
            raise RejectedError(
                "There is no volume: tickets would be lost at the next deploy.",
                field="RAILWAY_VOLUME_MOUNT_PATH",
                remedy="Attach a volume to this service, or set DATA_DIR to a durable directory.",
            )
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            names = {name: var for var, name in VARIABLES.items()}
            raise RejectedError(
                f"{first['msg']}, not {first['input']!r}.",
                field=names.get(str(first["loc"][0])),
                remedy="Correct the environment variable, or unset it for the default.",
            ) from None

    @property
    def root(self) -> Path:
        """The data directory, absolute."""
        return self.data_dir.resolve()

    @property
    def document_bytes_max(self) -> int:
        return self.max_file_size_mb * MEBIBYTE

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis of this data directory listens.

        Not inside the data directory, because the path of a socket may have only about 100
        characters; derived from it, so that every command finds the same server.
        """
        name = hashlib.sha256(str(self.root).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"texas811-{name}" / "redis.sock"

    @property
    def url(self) -> str:
        """Where this machine reaches the API."""
        host = LOOPBACK if self.host == EVERY_ADDRESS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def redis_address(self) -> str:
        """The URL to reach Redis at, whoever runs it."""
        return self.redis_url or f"unix://{self.redis_socket}"


def refusal(error: Texas811Error) -> str:
    """Return the sentence with which a process declines to run."""
    named = f"{error.field}: {error.problem}" if error.field else error.problem
    return " ".join(filter(None, (named, error.remedy))) + "\n"
