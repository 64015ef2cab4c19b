"""TLS for loopback: a certificate authority that is unique to this checkout, and its certificate for 127.0.0.1."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from common.whole_files import read_text, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_AUTHORITY_DAYS = 3650
_SERVER_DAYS = 800  # browsers and macOS refuse server certificates that live longer than 825 days
_RENEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Certificates:
    """The PEM files of the authority and the server."""

    authority: Path
    server: Path
    server_key: Path

    def context(self) -> ssl.SSLContext:
        """Return the TLS settings of the server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.server, self.server_key)
        return context


def certificates(folder: Path) -> Certificates:
    """Return the certificates in a folder; create them if they are missing, damaged, mismatched or about to expire.

    The authority's private key signs once and is not stored, so no key on the disk can sign for another name. If one of
    the files is unusable, all of them are therefore created again.

    Raises:
        FileError: the files cannot be written.
    """
    files = Certificates(folder / "authority.pem", folder / "server.pem", folder / "server-key.pem")
    if not _good(files):
        _make(files)
    return files


@contextlib.contextmanager
def telling_of_a_new_authority(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Report at the end of a block if the block replaced the authority in a folder."""
    files = folder / "authority.pem", folder / "server.pem", folder / "server-key.pem"
    were_there = any(map(os.path.lexists, files))
    before = read_text(files[0])
    yield
    if were_there and read_text(files[0]) != before:
        say(
            f"The TLS certificates were damaged or out of date and were created again. Clients that trust the old "
            f"authority need {files[0]}."
        )


def _good(files: Certificates) -> bool:
    """Return whether the files are intact, belong together and will not expire soon."""
    try:
        server = x509.load_pem_x509_certificate(files.server.read_bytes())
        authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
        key = serialization.load_pem_private_key(files.server_key.read_bytes(), password=None)
        server.verify_directly_issued_by(authority)
    except (OSError, ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    now = _now()
    latest = now + dt.timedelta(days=_RENEW_DAYS)
    is_valid = all(
        certificate.not_valid_before_utc <= now and latest < certificate.not_valid_after_utc
        for certificate in (server, authority)
    )
    return is_valid and key.public_key() == server.public_key()


def _make(files: Certificates) -> None:
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("Local chat backend: certificate authority of this checkout")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .add_extension(
            x509.NameConstraints(
                [
                    x509.DNSName("localhost"),
                    x509.IPAddress(ipaddress.ip_network("127.0.0.0/8")),
                    x509.IPAddress(ipaddress.ip_network("::1/128")),
                ],
                None,
            ),
            critical=True,
        )
        .sign(authority_key, hashes.SHA256())
    )
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    server = (
        _builder(_name("localhost"), authority_name, server_key.public_key(), _SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    private = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # If the process is killed in between, the files do not belong together and are created again.
    write_whole(files.server_key, private)
    write_whole(files.server, server.public_bytes(serialization.Encoding.PEM))
    write_whole(files.authority, authority.public_bytes(serialization.Encoding.PEM))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = _now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=days))
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
