"""Import of tables that were restored from a backup into the state.

A restored table has another name than the lost one. With ``storage.generation``, the stack uses the new names, and
``import`` blocks add the tables to the state. The blocks have no effect once the tables are there (Terraform, "Import
existing resources"), so that they stay as long as the setting. Procedure: docs/operations.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.storage import table_names

if TYPE_CHECKING:
    from stacks.bindings import TerraformStack
    from stacks.settings import Settings


def add_imports(stack: TerraformStack, settings: Settings) -> None:
    """Add Terraform's ``import`` blocks, with an override: cdktf's ``import_from`` uses construct ids."""
    if settings.storage.generation is not None:
        names = table_names(settings)
        stack.add_override("import", [_block(f"aws_dynamodb_table.{key}", names[key]) for key in sorted(names)])


def _block(address: str, name: str) -> dict[str, str]:
    """Return Terraform JSON, for which the bindings have no class."""
    return {"to": address, "id": name}
