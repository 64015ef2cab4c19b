"""Synthesis of ``cdktf.out`` from settings. Everything is read and bundled before anything is written."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from common.environment_files import provider_lock_file
from common.owned_folder import Purpose, claim
from stacks.archives import lambda_archive
from stacks.attachments import ATTACHMENTS
from stacks.background.functions import BACKGROUND_FUNCTIONS
from stacks.bindings import App
from stacks.bundling import BundleRequest, bundle
from stacks.chat_stack import ChatStack
from stacks.function_code import archive_path
from stacks.identity import POST_CONFIRMATION, PRE_SIGN_UP
from stacks.resolvers import read_graphql
from stacks.state_stack import StateStack, write_modules
from stacks.storage import table_names
from stacks.versions import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stacks.archives import Archive
    from stacks.settings import Settings

FUNCTIONS = tuple(
    sorted((ATTACHMENTS, POST_CONFIRMATION, PRE_SIGN_UP, *(definition.name for definition in BACKGROUND_FUNCTIONS)))
)
"""Folders below ``lambdas/`` that are functions."""

_CONTEXT = {"excludeStackIdFromLogicalIds": True, "allowSepCharsInLogicalIds": True}
"""cdktf's feature flags, as in ``cdktf.json``, for the same output with and without the ``cdktf`` command."""


OUTPUT = "CDKTF_OUTDIR"
"""Environment variable with the output folder; ``cdktf synth`` sets it."""
_DEFAULT = "cdktf.out"
_MANIFEST = "manifest.json"
_STACKS = ("chat-", "state-")
"""Prefixes of the names of all stacks."""


def synthesize(environments: Sequence[Settings], root: Path, *, output: Path | None = None) -> list[Path]:
    """Write the Terraform JSON and the Lambda archives of ``environments``.

    Args:
        environments: Validated settings.
        root: The checkout.
        output: Folder to write to; ``CDKTF_OUTDIR`` or ``cdktf.out`` by default.

    Returns:
        The folders of the chat stacks, then those of the bootstrap stacks.

    Raises:
        ConfigurationError: ``graphql/`` or ``lambdas/`` has an error. Nothing has been written.
        ForeignFolderError: The folder holds files that were not synthesized. Nothing has been written.
    """
    sources = read_graphql(root)
    archives = {function: lambda_archive(root, function) for function in FUNCTIONS}
    bundles = bundle(root, sources.files, [_constants(settings) for settings in environments], sources.authorization)
    folder = output or Path(os.environ.get(OUTPUT) or _DEFAULT)
    claim_output(folder)
    app = App(context=_CONTEXT, outdir=str(folder))
    for settings, code in zip(environments, bundles, strict=True):
        ChatStack(app, settings.stack_name, settings=settings, sources=sources, code=code, archives=archives)
    bootstrapped = [settings for settings in environments if settings.state.bootstrap != "none"]
    for settings in bootstrapped:
        StateStack(app, settings.state_stack_name, settings=settings)
    app.synth()
    folders = [Path(app.outdir) / "stacks" / settings.stack_name for settings in environments]
    for folder in folders:
        _write_archives(folder, archives)
    state_folders = [Path(app.outdir) / "stacks" / settings.state_stack_name for settings in bootstrapped]
    for folder in state_folders:
        write_modules(root, folder)
    _copy_provider_lock(root, folders + state_folders)
    return folders + state_folders


def claim_output(folder: Path) -> None:
    """Check that a folder may be written to and its content replaced.

    Raises:
        ForeignFolderError: It holds files that were not synthesized, or cannot be written to.
    """
    claim(folder, Purpose.SYNTHESIS, option=OUTPUT, adopts=_was_synthesized)


def _was_synthesized(folder: Path) -> bool:
    """Return whether a folder without the marker is output of a release from before the marker."""
    if {entry.name for entry in folder.iterdir()} != {_MANIFEST, "stacks"}:
        return False
    try:
        stacks = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["stacks"]
        return bool(stacks) and all(name.startswith(_STACKS) for name in stacks)
    except (ValueError, LookupError, TypeError, AttributeError):
        return False


def _constants(settings: Settings) -> BundleRequest:
    return BundleRequest(
        tables=table_names(settings),
        settings={
            "environment": settings.environment,
            "deduplicationHours": settings.messaging.deduplication_hours,
            "messagesPerMinute": settings.limits.messages_per_minute,
            "shed": list(settings.limits.shed),
            "retentionDays": settings.privacy.retention_days,
            "wordFilter": list(settings.moderation.word_filter),
            "wordFilterMode": settings.moderation.word_filter_mode,
        },
    )


def _copy_provider_lock(root: Path, folders: Sequence[Path]) -> None:
    """Copy the committed provider lock file, so that a plain `terraform init` installs the committed version."""
    committed = provider_lock_file(root, os.environ)
    if committed.is_file():
        for folder in folders:
            shutil.copyfile(committed, folder / LOCK_FILE)


def _write_archives(folder: Path, archives: Mapping[str, Archive]) -> None:
    shutil.rmtree(folder / "assets", ignore_errors=True)
    for function, archive in archives.items():
        file = folder / archive_path(function)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(archive.content)
