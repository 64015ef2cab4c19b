"""Tests of TLS on loopback, with real handshakes."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from local import certificates as module
from local.certificates import Certificates, certificates, telling_of_a_new_authority
from tests.helpers.damage import DAMAGES, damage

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
def test_certificates_are_valid_for_loopback_names_with_the_authority(tmp_path: Path, name: str) -> None:
    files = certificates(tmp_path)
    assert _handshake(files, files.authority, name) == "TLSv1.3"


def test_certificates_are_invalid_for_other_names_and_other_authorities(tmp_path: Path) -> None:
    files, others = certificates(tmp_path / "a"), certificates(tmp_path / "b")
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(files, files.authority, "example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(files, others.authority, "localhost")


def test_certificates_are_kept_and_the_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = certificates(tmp_path).authority.read_bytes()
    assert certificates(tmp_path).authority.read_bytes() == first
    assert certificates(tmp_path).server_key.stat().st_mode & 0o077 == 0


def test_certificates_are_replaced_if_expired_soon_or_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = certificates(tmp_path)
    first = files.server.read_bytes()
    monkeypatch.setattr(module, "_RENEW_DAYS", dt.timedelta(days=10_000).days)
    second = certificates(tmp_path).server.read_bytes()
    assert second != first
    monkeypatch.undo()
    files.server.write_bytes(b"damaged")
    assert _handshake(certificates(tmp_path), files.authority, "localhost") == "TLSv1.3"


def _of(files: Certificates) -> tuple[Path, Path, Path]:
    return files.authority, files.server, files.server_key


@pytest.mark.parametrize("number", range(3), ids=["authority", "server", "key"])
@pytest.mark.parametrize("how", DAMAGES)
def test_certificates_are_replaced_if_one_file_is_damaged(number: int, how: str, tmp_path: Path) -> None:
    damage(_of(certificates(tmp_path))[number], how)
    files = certificates(tmp_path)
    assert _handshake(files, files.authority, "localhost") == "TLSv1.3"


@pytest.mark.parametrize("number", range(3), ids=["authority", "server", "key"])
def test_certificates_are_replaced_if_one_file_belongs_to_another_set(number: int, tmp_path: Path) -> None:
    """As after a kill between the writes of two files, or with a copied file."""
    files, others = certificates(tmp_path / "a"), certificates(tmp_path / "b")
    shutil.copyfile(_of(others)[number], _of(files)[number])
    files = certificates(tmp_path / "a")
    assert _handshake(files, files.authority, "localhost") == "TLSv1.3"


@pytest.mark.parametrize("days", [-30, 790, 5000], ids=["back", "forward", "years forward"])
def test_certificates_are_replaced_if_the_clock_steps_out_of_their_validity(
    days: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = certificates(tmp_path).server.read_bytes()

    stepped = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    monkeypatch.setattr(module, "_now", lambda: stepped)
    second = certificates(tmp_path).server.read_bytes()
    assert second != first
    assert certificates(tmp_path).server.read_bytes() == second


@pytest.mark.parametrize("how", ["missing", "empty", "folder"])
def test_a_replaced_authority_is_reported_and_a_first_one_is_not(how: str, tmp_path: Path) -> None:
    said: list[str] = []
    for _time in ("the first", "nothing new"):
        with telling_of_a_new_authority(tmp_path, said.append):
            certificates(tmp_path)
    assert said == []

    damage(tmp_path / "server-key.pem", how)
    with telling_of_a_new_authority(tmp_path, said.append):
        certificates(tmp_path)
    (sentence,) = said
    assert str(tmp_path / "authority.pem") in sentence
