"""Fixtures: one MiniStack in the test process, with durable storage and the server's extensions, without a socket."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from local.embedded.credentials import RunCredentials
from local.embedded.environment import DataDirectory, prepare
from tests.unit.local.cognito import UserPool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from local.embedded.backend import MiniStackBackend
    from local.embedded.emulator import Emulator
    from local.embedded.events.expiry import Expiry
    from local.embedded.items import DurableTables
    from local.embedded.objects import DurableObjects
    from local.embedded.saving import StateSaver


CREDENTIALS = RunCredentials.generate()
"""The account's root user in the MiniStack of this process."""


@dataclass(frozen=True)
class Embedded:
    """The components that tests call."""

    emulator: Emulator
    backend: MiniStackBackend
    tables: DurableTables
    directory: DataDirectory
    expiry: Expiry
    objects: DurableObjects
    saver: StateSaver


@pytest.fixture(scope="session")
async def embedded(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Embedded]:
    folder: Path = tmp_path_factory.mktemp("embedded")
    environment, temporary = dict(os.environ), tempfile.tempdir
    directory = DataDirectory(folder)
    prepare(directory, 1, CREDENTIALS)

    from local.embedded.backend import MiniStackBackend  # noqa: PLC0415
    from local.embedded.emulator import Emulator  # noqa: PLC0415
    from local.embedded.events.addresses import LocalAddresses  # noqa: PLC0415
    from local.embedded.events.expiry import Expiry  # noqa: PLC0415
    from local.embedded.events.mappings import StreamMappings  # noqa: PLC0415
    from local.embedded.events.schedules import Clock  # noqa: PLC0415
    from local.embedded.items import DurableTables  # noqa: PLC0415
    from local.embedded.objects import DurableObjects  # noqa: PLC0415
    from local.embedded.saving import StateSaver  # noqa: PLC0415
    from local.embedded.services import complete_services  # noqa: PLC0415
    from local.embedded.state_files import Inventory, StateFiles  # noqa: PLC0415

    emulator = Emulator()
    tables = DurableTables(emulator, directory.state / "items")
    tables.restore()
    inventory = Inventory(directory)
    objects = DurableObjects(emulator, directory.objects, inventory)
    complete_services(emulator)
    backend = MiniStackBackend(emulator)
    mappings = StreamMappings(emulator, tables, backend.permissions, positions_folder=folder / "positions")
    expiry = Expiry(emulator, tables)  # not started: tests run the sweep themselves
    LocalAddresses(emulator)
    Clock(emulator, backend.permissions, file=folder / "fired.json")
    saver = StateSaver(emulator, StateFiles(emulator, directory, inventory))
    await emulator.start()
    mappings.start()
    try:
        yield Embedded(emulator, backend, tables, directory, expiry, objects, saver)
    finally:
        await mappings.close()
        await saver.close()
        await emulator.stop()
        await tables.close()
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = temporary


@pytest.fixture
async def pool(embedded: Embedded) -> UserPool:
    """Return a user pool like that of the stack."""
    return await UserPool.create(embedded)
