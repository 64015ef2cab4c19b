"""Reads and validates the settings of every environment of a run."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from pydantic import ValidationError

from common.environment_files import environment_files, environments_directory
from stacks.environments.error_messages import ConfigurationError, error_message
from stacks.environments.overrides import Override, Overrides, put, read_context, read_process_environment
from stacks.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from stacks.settings.email import EmailSettings
    from stacks.settings.section import SettingPath

SES_REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
"""Regions of SES that user pools of other regions can use (Cognito developer guide, "Email settings")."""


def load_environments(root: Path, process_environment: Mapping[str, str]) -> list[Settings]:
    """Return the settings of every environment of this run, all of them validated, sorted by name.

    Args:
        root: The checkout: the folder with ``environments/`` and ``cdktf.json``.
        process_environment: ``os.environ``, except in tests.

    Raises:
        ConfigurationError: Settings are invalid; one line per error of any environment.
    """
    files = environment_files(root, process_environment)
    overrides = Overrides()
    read_context(root, process_environment, overrides)
    read_process_environment(process_environment, overrides)
    unknown = [name for name in overrides.selected if name not in files]
    overrides.lines += [
        f'{overrides.selected_by}: unknown environment "{name}"; valid environments: {", ".join(files)}'
        for name in unknown
    ]
    if not files:
        directory = _shown(environments_directory(root, process_environment), root)
        overrides.lines.append(f"{directory}/: there is no environment; add a file, for example {directory}/dev.toml")
    if overrides.lines:
        raise ConfigurationError(*overrides.lines)
    loaded: list[Settings] = []
    lines: list[str] = []
    for name in overrides.selected or tuple(files):
        try:
            loaded.append(_load(files[name], _shown(files[name], root), overrides.settings))
        except ConfigurationError as error:
            lines += error.lines
    if lines:
        # A wrong override is wrong in every environment: report it once.
        raise ConfigurationError(*dict.fromkeys(lines))
    return sorted(loaded, key=lambda settings: settings.environment)


def _shown(path: Path, root: Path) -> str:
    """Return a path as error messages contain it: relative to the checkout, if it is in it."""
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _load(file: Path, place: str, overrides: list[Override]) -> Settings:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{place}: not TOML: {error}; see https://toml.io") from None
    sources: dict[SettingPath, str] = {}
    for override in overrides:
        put(values, override)
        sources[override.path] = override.source
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(*(error_message(details, sources, place) for details in error.errors())) from None
    if settings.environment != file.stem:
        raise ConfigurationError(
            f'{place}: environment = "{settings.environment}" is not the file\'s name; '
            f'write environment = "{file.stem}"'
        )
    lines = [f"{place}: {line}" for line in cross_field_checks(settings)]
    if lines:
        raise ConfigurationError(*lines)
    return settings


def cross_field_checks(settings: Settings) -> Iterator[str]:
    """Yield a message for each invalid combination of valid settings: setting, reason, remedy."""
    api, edge = settings.api, settings.edge
    if api.enable_api_key and api.api_key_expires is None:
        yield (
            "api.api_key_expires is missing, but api.enable_api_key is true; "
            "add the expiry day of the key, for example api_key_expires = 2027-03-31"
        )
    if settings.monitoring.monthly_budget_dollars is not None and not settings.monitoring.alarm_topic_arns:
        yield (
            "monitoring.alarm_topic_arns is empty, but monitoring.monthly_budget_dollars is set: "
            "the budget would notify no topic; add a topic, or remove the budget"
        )
    if (edge.domain_name is None) != (edge.certificate_arn is None):
        missing = "edge.certificate_arn" if edge.certificate_arn is None else "edge.domain_name"
        yield f"{missing} is missing: a domain requires a certificate, and a certificate a domain; set both or neither"
    if edge.hosted_zone_id is not None and edge.domain_name is None:
        yield "edge.hosted_zone_id is set without edge.domain_name; set the domain too, or remove the zone"
    if settings.identity.email is not None:
        yield from _email_checks(settings, settings.identity.email)


def _email_checks(settings: Settings, email: EmailSettings) -> Iterator[str]:
    """Yield a message for each reason why Cognito would refuse the SES identity."""
    given = f'identity.email.identity_arn = "{email.identity_arn}"'
    if email.identity_account != settings.account_id:
        yield (
            f"{given}: Cognito can only use an identity in its own account; verify the sender in SES of account "
            f"{settings.account_id}"
        )
    if email.identity_region not in (settings.region, *SES_REGIONS):
        yield (
            f"{given}: a user pool in {settings.region} cannot send from SES in {email.identity_region}; verify the "
            f"sender in {settings.region}, or in one of {', '.join(SES_REGIONS)}"
        )
    if not email.identity_covers_sender():
        yield (
            f'identity.email.sender = "{email.sender}": the identity "{email.identity}" does not cover this address; '
            "use an address of the identity, or the ARN of the address or its domain"
        )
