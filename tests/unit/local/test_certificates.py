"""TLS on loopback, by real handshakes."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from local import certificates as module
from local.certificates import Certificates, certificates

if TYPE_CHECKING:
    from pathlib import Path


def _handshake(files: Certificates, trust: Path, name: str) -> str:
    """Return the protocol of a real TLS handshake over a socket pair."""
    ours, theirs = socket.socketpair()
    problems: list[BaseException] = []

    def serve() -> None:
        try:
            with files.context().wrap_socket(theirs, server_side=True) as secured:
                secured.recv(1)
        except OSError as error:
            problems.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        context = ssl.create_default_context(cafile=str(trust))
        with context.wrap_socket(ours, server_hostname=name) as secured:
            return secured.version() or ""
    finally:
        ours.close()
        thread.join(timeout=60)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_are_good_for_loopback_names_to_who_trusts_the_authority(tmp_path: Path, name: str) -> None:
    files = certificates(tmp_path)
    assert _handshake(files, files.authority, name) == "TLSv1.3"


def test_are_bad_for_any_other_name_and_any_other_authority(tmp_path: Path) -> None:
    files, others = certificates(tmp_path / "a"), certificates(tmp_path / "b")
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(files, files.authority, "example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(files, others.authority, "localhost")


def test_stay_the_same_and_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    first = certificates(tmp_path).authority.read_bytes()
    assert certificates(tmp_path).authority.read_bytes() == first
    assert certificates(tmp_path).server_key.stat().st_mode & 0o077 == 0


def test_are_made_anew_when_soon_too_old_or_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificates(tmp_path)
    first = files.server.read_bytes()
    monkeypatch.setattr(module, "_RENEW_DAYS", dt.timedelta(days=10_000).days)
    second = certificates(tmp_path).server.read_bytes()
    assert second != first
    monkeypatch.undo()
    files.server.write_bytes(b"damaged")
    assert _handshake(certificates(tmp_path), files.authority, "localhost") == "TLSv1.3"
