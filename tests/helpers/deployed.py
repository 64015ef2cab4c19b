"""Deployed backends for tests that are not about the deployment: deployed once per test run, then copied."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

from tests.helpers.backend import LocalBackend
from tests.helpers.once import once_per_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

_OF_THE_STACK, _OF_THE_SERVER = "CHAT_", "CHAT_LOCAL_"


def deployed_backend(
    factory: pytest.TempPathFactory, name: str, settings: Mapping[str, str] | None = None
) -> LocalBackend:
    """Return a stopped backend whose data contains the deployed stack; its ``up`` deploys nothing.

    Args:
        factory: pytest's factory of temporary folders.
        name: name of its folder.
        settings: as for `LocalBackend`. Backends share one deployment if they differ only in the
            settings or the environment of the server.
    """
    given = dict(settings or {})
    of_the_stack = {
        variable: value
        for variable, value in given.items()
        if variable.startswith(_OF_THE_STACK) and not variable.startswith(_OF_THE_SERVER)
    }
    digest = hashlib.sha256(json.dumps(of_the_stack, sort_keys=True).encode()).hexdigest()[:16]

    def deploy(folder: Path) -> None:
        backend = LocalBackend(folder, settings=of_the_stack)
        backend.up()
        backend.down()

    deployed = once_per_run(factory, f"deployed-{digest}", deploy)
    directory = factory.mktemp(name) / "data"
    shutil.copytree(deployed, directory, symlinks=True)
    return LocalBackend(directory, settings=given)
