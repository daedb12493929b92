"""`python -m api`: serve the application."""

import argparse
import asyncio
import os
import sys

from api.app import create_app
from api.file_references import FILE_HOSTS, Downloader
from api.rate_limits import RateLimits
from api.server import make_room_for_connections, server_of
from config import EXIT_REFUSED, Config, refusal
from domain.errors import RejectedError
from jobs.kinship import end_after
from jobs.listening import listen
from jobs.span_sending import send_spans
from jobs.wiring import make_counter, make_env
from logs import write_logs
from storage.mounted import refuse_unmounted


def main() -> int:
    """Serve until a signal asks to stop; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the application.")
    parser.add_argument("--supervisor", type=int, help=argparse.SUPPRESS)
    if supervisor := parser.parse_args().supervisor:
        end_after(supervisor)
    try:
        config = Config.from_env(os.environ)
        write_logs(config.log_level)
        if config.volume:
            refuse_unmounted(config.root, config.volume)
        send_spans(os.environ, service="texas811-api")
        env = make_env(config)
        listening = listen(config.address, config.port)
    except RejectedError as error:
        sys.stderr.write(refusal(error))
        return EXIT_REFUSED
    app = create_app(
        env,
        document_bytes_max=config.document_bytes_max,
        is_behind_proxy=config.is_on_railway,
        public_url=config.public_url,
        files=Downloader(config.file_hosts or FILE_HOSTS, config.document_bytes_max),
        limits=RateLimits(make_counter(config), per_key=config.rate_limit_per_minute),
        sync_wait_seconds=config.sync_wait_seconds,
    )
    make_room_for_connections()
    asyncio.run(server_of(app).serve(sockets=[listening]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
