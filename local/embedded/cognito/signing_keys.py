"""Ensures that keys are on the disk before they sign tokens.

MiniStack 1.5.33 continues with a key in memory if it cannot write it, so that the tokens of that key are invalid after
a restart; and it replaces a damaged key silently. After a replacement, users have to sign in again; nothing else is
lost. Uses these internal names of MiniStack (pinned): ``cognito._persist_or_load_rsa_key_best_effort``,
``_load_rsa_key_from_disk``, ``_RSA_KEY_PATH``, ``_RSA_PRIVATE_KEY``, ``_POOL_KEYS_DIR``, ``_POOL_KEY_USES`` and
``_user_pools``.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization

from common.whole_files import put_aside
from local.embedded.durable_files import NotWrittenError, write_atomically

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from local.embedded.emulator import Emulator

logger = logging.getLogger(__name__)


class SigningKeys:
    """Replaces the function that writes a new key.

    Raises:
        NotWrittenError: the key that all pools share could not be written.
    """

    def __init__(self, emulator: Emulator) -> None:
        module: Any = emulator.module_of("cognito-idp")
        self._cognito = module
        self._began = time.time()
        for name in ("_load_rsa_key_from_disk", "_POOL_KEYS_DIR", "_POOL_KEY_USES", "_user_pools"):
            if not hasattr(module, name):
                msg = f"MiniStack's cognito module has no {name}: it is not the pinned version"
                raise RuntimeError(msg)
        module._persist_or_load_rsa_key_best_effort = self._written  # noqa: SLF001 - pinned
        shared = Path(module._RSA_KEY_PATH)  # noqa: SLF001 - pinned
        if module._load_rsa_key_from_disk(shared) is None:  # noqa: SLF001 - pinned
            self._written(module._RSA_PRIVATE_KEY, shared)  # noqa: SLF001 - pinned

    def _written(self, key: RSAPrivateKey, path: Path | str) -> RSAPrivateKey:
        """Write a new key and return it.

        Raises:
            NotWrittenError: it could not be written, and must not be used.
            FileError: a folder has the name of the file and cannot be set aside.
        """
        path = Path(path)
        if path.exists():
            logger.warning("%s is damaged and is created again: all users must sign in again", path)
        elif self._is_of_old_pool(path):
            logger.warning("%s is missing and is created again: all users must sign in again", path)
        content = key.private_bytes(
            encoding=serialization.Encoding.PEM,
            format=serialization.PrivateFormat.PKCS8,
            encryption_algorithm=serialization.NoEncryption(),
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.is_dir():
                put_aside(path)
            write_atomically(path, content)
        except OSError as error:
            raise NotWrittenError(path, error) from error
        return key

    def _is_of_old_pool(self, path: Path) -> bool:
        """Return whether a key belongs to a pool that is older than this process, so that the key must exist."""
        pools = {key[-1]: pool for key, pool in self._cognito._user_pools._data.items()}  # noqa: SLF001 - pinned
        pool = pools.get(path.stem.rpartition("-")[0])
        return pool is not None and pool["CreationDate"] < self._began
