"""The user pool of an API: keys from a file, or a generated key with which ``appsync-local token`` signs tokens."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from appsync_local.standalone.configuration import FILE, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from appsync_local.standalone.configuration import Configuration

_KEY_ID: Final = "appsync-local"
_CLIENT: Final = "appsync-local"
_KEY_BITS: Final = 2048


def key_set(api: Configuration) -> dict[str, Any]:
    """Return the pool's public keys as a JSON Web Key Set.

    Raises:
        ConfigurationError: the file of keys cannot be read.
    """
    if api.user_pool is None:
        return {"keys": []}
    if api.user_pool.keys is not None:
        return _read_keys(api.user_pool.keys)
    public: dict[str, Any] = RSAAlgorithm.to_jwk(_own_key(api.folder).public_key(), as_dict=True)
    return {"keys": [{**public, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}


def sign_token(api: Configuration, username: str, groups: Sequence[str], *, seconds: int) -> str:
    """Return an access token of the pool, in Cognito's format.

    Raises:
        ConfigurationError: the API has no user pool, or its private key is not available.
    """
    pool = api.user_pool
    if pool is None or pool.keys is not None:
        raise ConfigurationError(f"{FILE}: tokens can be signed only for an authentication.user_pool without `keys`")
    now = int(time.time())
    claims = {
        "iss": f"https://cognito-idp.{api.region}.amazonaws.com/{pool.id}",
        "sub": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{pool.id}/{username}")),
        "username": username,
        "client_id": _CLIENT,
        "token_use": "access",
        "iat": now,
        "auth_time": now,
        "exp": now + seconds,
        **({"cognito:groups": list(groups)} if groups else {}),
    }
    return jwt.encode(claims, _own_key(api.folder), algorithm="RS256", headers={"kid": _KEY_ID})


def _read_keys(path: Path) -> dict[str, Any]:
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise ConfigurationError(f"{path}: this is not a JSON Web Key Set")
    return keys


def _own_key(folder: Path) -> rsa.RSAPrivateKey:
    """Return the key of the folder's pool, and create it if it does not exist."""
    path = folder / ".appsync-local" / "user-pool.pem"
    if not path.exists():
        _make_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ConfigurationError(f"{path}: this is not an RSA key")
    return key


def _make_key(path: Path) -> None:
    made = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
        whole = Path(temporary) / path.name
        whole.touch(0o600)
        whole.write_bytes(made.private_bytes(encoding, form, serialization.NoEncryption()))
        with contextlib.suppress(FileExistsError):  # another command has created it at the same time
            path.hardlink_to(whole)
