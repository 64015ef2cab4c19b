"""Applies a reviewed plan, and completes it after conflicts of AppSync.

AppSync refuses a change of an API while another change of it is in progress (``ConcurrentModificationException``). The
AWS provider repeats such a change of a resolver, but not of a function or a data source
(https://github.com/hashicorp/terraform-provider-aws/issues/16211), so that Terraform ends with an error after it has
made all changes that do not depend on the refused ones. A plan of the remaining changes is applied only if each of them
is a change of the reviewed plan.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from common.commands import RefusedError, log
from ops.plans import Action, Plan, ResourceChange
from ops.terraform import TerraformFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ops.terraform import Terraform

ATTEMPTS = 10
"""How often changes are applied at most, the reviewed plan included."""
WAIT_SECONDS = 5.0
_CONFLICT = "ConcurrentModificationException"


def apply_reviewed(terraform: Terraform, file: Path, reviewed: Plan) -> int:
    """Apply a saved plan, and after conflicts what remains of it; return how often Terraform applied.

    Args:
        terraform: Terraform in the folder of the stack.
        file: the reviewed plan.
        reviewed: its content.

    Raises:
        TerraformFailedError: the apply failed for another reason, or there were conflicts in every attempt.
        RefusedError: another change than the reviewed ones is necessary now.
    """
    remaining = file.with_name("remaining.tfplan")
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                # One change at a time meets no conflict of its own making.
                terraform.apply(file, *(() if attempt == 1 else ("-parallelism=1",)))
            except TerraformFailedError as error:
                if attempt == ATTEMPTS or not is_conflict(f"{error.finished.errors}\n{error.finished.output}"):
                    raise
            else:
                return attempt
            log(f"AppSync refused changes at the same time ({_CONFLICT}). Applying the remaining reviewed changes ...")
            time.sleep(WAIT_SECONDS)
            file = remaining
            check_remaining(reviewed, Plan.of(terraform.plan(file), str(file), reviewed.configured))
    finally:
        remaining.unlink(missing_ok=True)
    raise AssertionError("unreachable")


def is_conflict(output: str) -> bool:
    """Return whether Terraform's output has errors, and all of them are conflicts of AppSync."""
    errors = output.split("Error: ")[1:]
    return bool(errors) and all(_CONFLICT in error for error in errors)


def check_remaining(reviewed: Plan, remaining: Plan) -> None:
    """Check that a plan contains only changes of the reviewed plan.

    Raises:
        RefusedError: it contains another change; the message names each.
    """
    expected = {change.address: change for change in reviewed.changes}
    others = [
        f"{change.address}: {difference}"
        for change in remaining.changes
        for difference in _differences(expected.get(change.address), change)
    ]
    if others:
        listed = "\n".join(f"  {other}" for other in others)
        raise RefusedError(
            f"The apply stopped at a conflict of AppSync, and now needs changes that were not reviewed:\n{listed}\n"
            f"The changes until then are in the state. Create and review a new plan: python -m ops plan"
        )


def _differences(expected: ResourceChange | None, change: ResourceChange) -> Iterator[str]:
    if expected is None:
        yield f"{change.action.value} was not reviewed"
        return
    # A replaced resource may be deleted already.
    if change.action is not expected.action and (expected.action, change.action) != (Action.REPLACE, Action.ADD):
        yield f"{change.action.value} instead of {expected.action.value}"
        return
    known = expected.after.keys() - expected.unknown
    changed = [name for name in sorted(known) if change.after.get(name) != expected.after[name]]
    if change.before:
        changed += sorted(name for name in change.before if change.before[name] != expected.before.get(name))
    if changed:
        yield f"other values of {', '.join(dict.fromkeys(changed))}"
