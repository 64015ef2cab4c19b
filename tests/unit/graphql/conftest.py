"""Fixtures: an in-memory backend per session, emptied for each test, with users and a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.attributes import TABLES, unknown_attributes
from tests.unit.graphql.world import User, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    NewRoom = Callable[..., str]

ALICE = User("alice")
BOB = User("bob")
ADMIN = User("root", groups=("Users", "Admins"))


@pytest.fixture(scope="session")
def node_world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def world(node_world: World) -> Iterator[World]:
    """An empty backend; after the test, its rows must have only attributes that the contract describes."""
    node_world.reset()
    yield node_world
    for table in TABLES:
        assert unknown_attributes(table, node_world.items(table)) == set(), table


@pytest.fixture
def alice() -> User:
    return ALICE


@pytest.fixture
def bob() -> User:
    return BOB


@pytest.fixture
def admin() -> User:
    return ADMIN


@pytest.fixture
def new_room(world: World, alice: User) -> NewRoom:
    """Return a function that creates a room of alice's and returns its id."""

    def create(user: User = alice, **values: object) -> str:
        outcome = world.run("Mutation.createChatRoom", user, input={"name": "Room", **values})
        assert outcome.error_type is None
        identifier: str = outcome.data["id"]
        return identifier

    return create


@pytest.fixture
def room(new_room: NewRoom) -> str:
    """A public room of alice's."""
    return new_room()
