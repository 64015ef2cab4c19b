"""``python -m ops audit``."""

from __future__ import annotations

import click

from common.exit_codes import FAILED, REFUSED
from ops.command_line import Command


@click.command(
    cls=Command,
    examples=["python -m ops audit", "python -m ops audit --warn-unreachable"],
    exit_codes={
        REFUSED: "There are advisories without a waiver, or waivers are outdated.",
        FAILED: "A file could not be audited.",
    },
)
@click.option(
    "--warn-unreachable", is_flag=True, help="Report a registry that provides no advisories as a warning, not an error."
)
def audit(*, warn_unreachable: bool) -> int:
    """Compare all pinned dependencies with the advisories of PyPI and npm.

    Covers Pipfile.lock, the pins of tools, and both npm lock files. ops/audit/waivers.toml lists accepted
    advisories. The packages of a registry that provides no advisories, such as a mirror, are reported as not
    audited. `make audit` installs what this needs.
    """
    from ops.audit.report import AUDITS
    from ops.audit.report import audit as run_audits

    return run_audits(AUDITS, warn_unreachable=warn_unreachable)
