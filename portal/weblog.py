from typing import Any

from gunicorn.glogging import Logger

from portal.logs import WATCHED


class WebLog(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Without the watchers' requests, which come every few seconds."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        if environ.get("PATH_INFO") not in WATCHED:
            super().access(resp, req, environ, request_time)
