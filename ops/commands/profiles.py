"""``python -m ops profiles``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from common.exit_codes import EXIT_OK, REFUSED
from ops.command_line import Command, environment_option, stacks_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command(
    cls=Command,
    examples=[
        "python -m ops profiles --environment prod --dry-run",
        "python -m ops profiles --environment prod",
        "python -m ops profiles --environment prod --email grace@example.com",
    ],
    exit_codes={REFUSED: "No user has one of the email addresses."},
)
@environment_option()
@click.option("--email", "emails", multiple=True, help="Only the user with this email address; can be repeated.")
@click.option("--dry-run", is_flag=True, help="Print what would be created, and create nothing.")
@stacks_option
def profiles(*, environment: str, emails: tuple[str, ...], dry_run: bool, stacks: Path) -> int:
    """Create the profiles of users whom an administrator created, before they sign in.

    Without a profile, a user cannot be invited, mentioned or written to. Users get group and profile at their first
    sign-in; run this command after creating or importing users, so that they have them at once. Users with a profile
    are not changed, and disabled or unconfirmed users get none. Running it again, also after an error, is safe.
    """
    from common.commands import log
    from ops.profiles import Clients, create_profiles, summary
    from terraform.stack import Stack

    outcomes = create_profiles(Clients.of(Stack.find(stacks, environment)), emails, is_dry_run=dry_run)
    log(summary(outcomes, is_dry_run=dry_run))
    return EXIT_OK
