"""Settings of what stands in front of the API: web ACL and domain."""

from __future__ import annotations

from pydantic import Field

from contract.limits import LIMITS
from stacks.settings.section import Section

_LARGEST_REQUEST = 1024 * 1024  # AppSync quota "Request mapping size"


class EdgeSettings(Section):
    """The web ACL (AWS WAF) and the domain of one's own."""

    enable_waf: bool = Field(
        default=False,
        description="true or false: whether a web ACL stands in front of the API; it costs about 11 USD a month and "
        "0.60 USD a million requests",
    )
    requests_per_address: int = Field(
        default=3000,
        ge=10,
        le=2_000_000_000,
        description="requests from one IP address in five minutes before it is blocked: 10-2000000000. Offices and "
        "mobile networks share addresses",
    )
    requests_per_caller: int = Field(
        default=1000,
        ge=10,
        le=2_000_000_000,
        description="requests with one token in five minutes before they are blocked: 10-2000000000",
    )
    body_bytes_maximum: int = Field(
        default=65_536,
        ge=8192,
        le=_LARGEST_REQUEST,
        description="bytes of one request's body: 8192-1048576. A message of "
        f"{LIMITS['contentLength']:,} characters takes up to {6 * LIMITS['contentLength'] // 1000} KB",
    )
    domain_name: str | None = Field(
        default=None,
        max_length=253,
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$",
        description='the API\'s own domain, for example "api.chat.example.com"',
    )
    certificate_arn: str | None = Field(
        default=None,
        pattern=r"^arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]+$",
        description="ARN of the domain's certificate in ACM, which has to be in us-east-1",
    )
    hosted_zone_id: str | None = Field(
        default=None,
        pattern=r"^Z[A-Z0-9]{1,31}$",
        description="id of the Route 53 zone that gets the domain's record; without it the record is made elsewhere",
    )
