"""Tests of how the web client is served: files, headers and allowed hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.embedded.environment import DataDirectory
from local.web.configuration import configure_web_client
from local.web.folder import WebFolder
from local.web.site import WebSite

if TYPE_CHECKING:
    from pathlib import Path

AWS_PORT, WEB_PORT = 4566, 4580
OUTPUTS: dict[str, Any] = {
    "Region": "us-east-1",
    "UserPoolId": "us-east-1_A",
    "UserPoolClientId": "client",
    "GraphQLAPIURL": "https://nowhere.example/graphql",
    "GraphQLURL": "http://127.0.0.1:4566/graphql",
    "RealtimeURL": "ws://127.0.0.1:4566/graphql/realtime",
    "CognitoEndpoint": "http://127.0.0.1:4566",
    "Users": {"alice": {"username": "alice@example.com", "password": "secret", "email": "alice@example.com"}},
}


class Answer:
    """A response."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        start, body = messages
        self.status: int = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        self.body: bytes = body["body"]


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "local")


@pytest.fixture
def site(directory: DataDirectory) -> WebSite:
    return WebSite(directory, aws_port=AWS_PORT, web_port=WEB_PORT)


@pytest.fixture
def built(tmp_path: Path, directory: DataDirectory) -> Path:
    """Return a build that is served."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (folder / "assets" / "index-abc.js").write_text("1", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    WebFolder.of(directory).show(folder)
    return folder


async def ask(site: WebSite, path: str, *, method: str = "GET", host: str = f"127.0.0.1:{WEB_PORT}") -> Answer:
    """Send one request."""
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401 - any ASGI message
        messages.append(dict(message))

    scope = {"type": "http", "method": method, "path": path, "headers": [(b"host", host.encode())]}
    await site(scope, receive, send)
    return Answer(messages)


@pytest.mark.parametrize(
    ("path", "kind", "caching"),
    [
        ("/", "text/html; charset=utf-8", "no-store"),
        ("/index.html", "text/html; charset=utf-8", "no-store"),
        ("/assets/index-abc.js", "text/javascript", "public, max-age=31536000, immutable"),
    ],
)
@pytest.mark.usefixtures("built")
async def test_files_have_their_type_and_only_hashed_names_are_cached(
    site: WebSite, path: str, kind: str, caching: str
) -> None:
    answer = await ask(site, path)

    assert (answer.status, answer.headers["content-type"], answer.headers["cache-control"]) == (200, kind, caching)
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.usefixtures("built")
async def test_the_page_may_connect_to_this_backend_and_run_no_foreign_script(site: WebSite) -> None:
    policy = (await ask(site, "/")).headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert f"connect-src 'self' http://127.0.0.1:{AWS_PORT} ws://127.0.0.1:{AWS_PORT};" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/missing.js", "/../secret.txt", "/../../secret.txt", "/assets/../../secret.txt"])
@pytest.mark.usefixtures("built")
async def test_files_outside_of_the_client_are_not_served(site: WebSite, path: str) -> None:
    assert (await ask(site, path)).status == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4580", "127.0.0.1", "127.0.0.1:4566", ""])
async def test_other_hosts_are_refused(site: WebSite, directory: DataDirectory, host: str) -> None:
    configure_web_client(directory, OUTPUTS)

    answer = await ask(site, "/demonstration.json", host=host)

    assert answer.status == 421
    assert b"secret" not in answer.body


async def test_the_configuration_and_the_demo_users_are_served_beside_the_page(
    site: WebSite, directory: DataDirectory
) -> None:
    configure_web_client(directory, OUTPUTS)

    assert b'"demonstration": "demonstration.json"' in (await ask(site, "/amplify_outputs.json")).body
    assert b"alice@example.com" in (await ask(site, "/demonstration.json", host=f"localhost:{WEB_PORT}")).body
    folder = WebFolder.of(directory)
    assert {file.stat().st_mode & 0o777 for file in (folder.configuration, folder.demonstration)} == {0o600}


async def test_a_page_shows_a_running_build_and_reloads(site: WebSite) -> None:
    answer = await ask(site, "/")

    assert answer.status == 503
    assert b'http-equiv="refresh"' in answer.body


async def test_a_failed_build_shows_the_reason(site: WebSite, directory: DataDirectory) -> None:
    folder = WebFolder.of(directory)
    folder.write(folder.trouble, "npm is <missing>")

    answer = await ask(site, "/")

    assert answer.status == 503
    assert b"npm is &lt;missing>" in answer.body


@pytest.mark.usefixtures("built")
async def test_only_reads_are_allowed(site: WebSite) -> None:
    assert (await ask(site, "/", method="POST")).status == 405
    head = await ask(site, "/", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == "15"


async def test_an_unreadable_error_file_is_ignored(site: WebSite, directory: DataDirectory) -> None:
    WebFolder.of(directory).trouble.mkdir(parents=True)
    assert (await ask(site, "/")).status == 503
