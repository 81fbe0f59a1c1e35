"""The web server of every installation: uvicorn, as `make run`, the tests and the container start it."""

import os
import tempfile
from pathlib import Path

import uvicorn

from sped import acceptor

LARGEST_FRAME_BYTES = 65_536
MOST_CONNECTIONS = 2_000


def main(application: str = "sped.asgi:application") -> None:
    """Serve until told to stop. Logs go through Django's logging, so that no address or error text leaks."""
    with tempfile.TemporaryDirectory(prefix="throughline-") as folder:  # files of each process's own
        for use in ("PROMETHEUS_MULTIPROC_DIR", acceptor.FOLDER):  # core.metrics, sped.acceptor
            os.environ[use] = str(Path(folder, use.lower()))
            Path(os.environ[use]).mkdir()
        serve(application)


def serve(application: str) -> None:
    """Run uvicorn."""
    uvicorn.run(
        application,
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        workers=int(os.environ.get("WEB_PROCESSES", "1")),
        loop="sped.acceptor:EvenLoop",
        ws="sped.sockets:Sockets",
        ws_max_size=LARGEST_FRAME_BYTES,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=5,
        access_log=False,
        server_header=False,
        log_config=None,
    )


if __name__ == "__main__":
    main()
