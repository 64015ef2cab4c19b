"""Web ACL with its logs and custom domain of the API, both optional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    AppsyncDomainName,
    AppsyncDomainNameApiAssociation,
    CloudwatchLogGroup,
    CloudwatchLogResourcePolicy,
    Construct,
    Route53Record,
    Route53RecordAlias,
    Wafv2WebAcl,
    Wafv2WebAclAssociation,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclVisibilityConfig,
    add,
)
from stacks.encryption import key_arn
from stacks.names import physical_name
from stacks.permissions import log_delivery_document
from stacks.web_acl_rules import logging_filter, redacted_fields, visibility, web_acl_rules

if TYPE_CHECKING:
    from stacks.api import Api
    from stacks.settings import Settings

_LOG_GROUP_PREFIX = "aws-waf-logs-"


class Edge(Construct):
    """The web ACL and the custom domain, if the settings enable them."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, api: Api) -> None:
        """Add what the settings enable.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            api: The API.
        """
        super().__init__(scope, id_)
        self._settings = settings
        self._api = api
        self.web_acl: Wafv2WebAcl | None = None
        if settings.edge.enable_waf:
            self.web_acl = self._build_web_acl()
            self._build_logs(self.web_acl)
        self.domain = self._build_domain()

    def _build_web_acl(self) -> Wafv2WebAcl:
        name = physical_name(self._settings, "web-acl", "web_acl")
        web_acl = add(
            self,
            Wafv2WebAcl,
            "api",
            name=name,
            description="Filters requests to the chat API",
            scope="REGIONAL",
            default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
            visibility_config=Wafv2WebAclVisibilityConfig(**visibility(name)),
        )
        # The bindings have thousands of classes for statements; plain blocks are as clear.
        web_acl.add_override("rule", web_acl_rules(self._settings.edge, region=self._settings.region))
        add(
            self,
            Wafv2WebAclAssociation,
            "api",
            resource_arn=self._api.graphql_api.arn,
            web_acl_arn=web_acl.arn,
        )
        return web_acl

    def _build_logs(self, web_acl: Wafv2WebAcl) -> None:
        """Log blocked and counted requests, without tokens. WAF requires the prefix of the log group's name."""
        settings = self._settings
        log_group = add(
            self,
            CloudwatchLogGroup,
            "web_acl",
            name=f"{_LOG_GROUP_PREFIX}{physical_name(settings, 'web-acl', 'log_group')}",
            retention_in_days=settings.log_retention_days,
            kms_key_id=key_arn(settings),
        )
        policy = add(
            self,
            CloudwatchLogResourcePolicy,
            "web_acl",
            policy_name=physical_name(settings, "web-acl-logs", "log_policy"),
            policy_document=log_delivery_document(
                log_group.arn, account_id=settings.account_id, region=settings.region
            ),
        )
        logging = add(
            self,
            Wafv2WebAclLoggingConfiguration,
            "api",
            resource_arn=web_acl.arn,
            log_destination_configs=[log_group.arn],
            depends_on=[policy],
        )
        logging.add_override("redacted_fields", redacted_fields())
        logging.add_override("logging_filter", logging_filter())

    def _build_domain(self) -> AppsyncDomainName | None:
        edge = self._settings.edge
        if edge.domain_name is None or edge.certificate_arn is None:
            return None
        domain = add(
            self,
            AppsyncDomainName,
            "api",
            domain_name=edge.domain_name,
            certificate_arn=edge.certificate_arn,
            description=f"Custom domain of the chat API in {self._settings.environment}",
        )
        add(
            self,
            AppsyncDomainNameApiAssociation,
            "api",
            api_id=self._api.graphql_api.id,
            domain_name=domain.domain_name,
        )
        if edge.hosted_zone_id is not None:
            add(
                self,
                Route53Record,
                "api",
                zone_id=edge.hosted_zone_id,
                name=edge.domain_name,
                type="A",
                alias=Route53RecordAlias(
                    name=domain.appsync_domain_name, zone_id=domain.hosted_zone_id, evaluate_target_health=False
                ),
            )
        return domain
