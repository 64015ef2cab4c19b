"""Settings of the bucket of attachments."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section


class AttachmentSettings(Section):
    """S3: which web pages may use the addresses that the API hands out, and whether files expire by themselves."""

    allowed_origins: tuple[Annotated[str, Field(pattern=r"^https?://[^/\s]+$")], ...] = Field(
        default=(),
        strict=False,
        description='list of origins of web clients that send files, for example ["https://chat.example.com"]',
    )
    expire_files: bool = Field(
        default=True,
        description="whether the bucket removes uploads without a message after 7 days, "
        "and exports after privacy.export_days",
    )
