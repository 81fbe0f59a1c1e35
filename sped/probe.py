"""Ask the web process of this container whether it is alive: the health check of docker-compose.yml."""

import http.client
import os
import sys


def main() -> None:
    """End with 0 when it answers, as the proxy would ask, and with 1 when it does not."""
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").partition(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=3)
    try:
        connection.request("GET", "/livez", headers={"Host": host})
        answer = connection.getresponse().status
    except OSError as error:
        sys.exit(f"no answer: {error}")
    finally:
        connection.close()
    sys.exit(0 if answer == http.client.OK else f"answered {answer}")


if __name__ == "__main__":
    main()
