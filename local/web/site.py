"""Serves the web client's files and this backend's configuration over HTTP.

The page may connect to the AWS port of the same process only, as its Content-Security-Policy requires. Requests with
another host than this machine and requests of pages of another origin are refused; otherwise, they could read the demo
users' passwords.
"""

from __future__ import annotations

import asyncio
import mimetypes
from typing import TYPE_CHECKING, Final

from common.whole_files import read_text
from local.front.hosts import Hosts, is_foreign_page
from local.front.paths import refused_target
from local.web.folder import WebFolder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.embedded.emulator import Receive, Scope, Send
    from local.embedded.environment import DataDirectory

_HASHED_FOLDER: Final = "/assets/"
_FOREVER: Final = "public, max-age=31536000, immutable"
_NEVER: Final = "no-store"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
_WAITING: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Chat</title><h1>The web client is being built</h1>
<p>This page shows it as soon as it is ready: about half a minute the first time.</p></html>"""
_BROKEN: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Chat</title>
<h1>The web client could not be built</h1><pre>{}</pre></html>"""


class WebSite:
    """The web client of one data directory, as an ASGI application.

    Args:
        directory: the data directory.
        aws_port: the backend's port.
        web_port: the port of the page itself.
    """

    def __init__(self, directory: DataDirectory, *, aws_port: int, web_port: int) -> None:
        self._folder = WebFolder.of(directory)
        self._hosts = Hosts([web_port])
        self._headers = _security_headers(aws_port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Respond to a request; WebSockets are refused."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        status, headers, body = await asyncio.to_thread(self._answer, scope)
        is_head = scope["method"] == "HEAD"
        encoded = [(name.encode(), value.encode()) for name, value in {**self._headers, **headers}.items()]
        encoded.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        await send({"type": "http.response.body", "body": b"" if is_head else body})

    def _answer(self, scope: Scope) -> tuple[int, Mapping[str, str], bytes]:
        refused = refused_target(scope) or self._hosts.refused(scope)
        if refused is not None:
            return _text(*refused)
        if is_foreign_page(scope):
            return _text(403, "Only pages from this machine may read this file.")
        if scope["method"] not in {"GET", "HEAD"}:
            return _text(405, "Only GET and HEAD are allowed.")
        path: str = scope["path"]
        if path in {"/", "/index.html"} and not (self._folder.site / "index.html").is_file():
            return self._stand_in()
        file = self._file(path)
        if file is None:
            return _text(404, "The file does not exist.")
        kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        caching = _FOREVER if path.startswith(_HASHED_FOLDER) else _NEVER
        return 200, {"content-type": kind, "cache-control": caching}, file.read_bytes()

    def _file(self, path: str) -> Path | None:
        own = {f"/{file.name}": file for file in (self._folder.configuration, self._folder.demonstration)}
        root = self._folder.site.resolve()
        name = path.removeprefix("/") + ("index.html" if path.endswith("/") else "")
        try:
            file = own.get(path) or (root / name).resolve()
            is_inside = path in own or file.is_relative_to(root)
            return file if is_inside and file.is_file() else None
        except OSError:  # longer than the maximum length of a name
            return None

    def _stand_in(self) -> tuple[int, Mapping[str, str], bytes]:
        """Return the page that is shown if there is no client yet, or if there will be none."""
        headers = {"content-type": _TYPES[".html"], "cache-control": _NEVER}
        trouble = read_text(self._folder.trouble)
        if trouble is None:
            return 503, {**headers, "retry-after": "2"}, _WAITING.encode()
        return 503, headers, _BROKEN.format(trouble.replace("&", "&amp;").replace("<", "&lt;")).encode()


def _text(status: int, text: str) -> tuple[int, Mapping[str, str], bytes]:
    return status, {"content-type": "text/plain; charset=utf-8", "cache-control": _NEVER}, text.encode()


def _security_headers(aws_port: int) -> dict[str, str]:
    aws = f"127.0.0.1:{aws_port}"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' blob: http://{aws}",
        "connect-src": f"'self' http://{aws} ws://{aws}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
