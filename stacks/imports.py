"""Tables that were restored from a backup: Terraform takes them into its state instead of making empty ones.

A restored table has another name than the one that was lost. With ``storage.generation`` the stack names its tables
after it, and says by ``import`` blocks where they are. Those do nothing once the tables are in the state (Terraform,
"Import existing resources"), so they stay as long as the setting does. How it is done: docs/operations.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.storage import table_names

if TYPE_CHECKING:
    from stacks.bindings import TerraformStack
    from stacks.settings import Settings


def add_imports(stack: TerraformStack, settings: Settings) -> None:
    """Add Terraform's ``import`` blocks, by override: cdktf's own ``import_from`` works on its construct ids."""
    if settings.storage.generation is not None:
        names = table_names(settings)
        stack.add_override("import", [_block(f"aws_dynamodb_table.{key}", names[key]) for key in sorted(names)])


def _block(address: str, name: str) -> dict[str, str]:
    """Terraform's own JSON, which no struct class of the bindings describes."""
    return {"to": address, "id": name}
