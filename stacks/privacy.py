"""Privacy: the function on the stream of the jobs that users ask for about their own data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.functions import FunctionDefinition
from stacks.patterns import PRIVACY_JOBS
from stacks.permissions import Statement
from stacks.streams import StreamFunction

if TYPE_CHECKING:
    from stacks.bindings import Construct, S3Bucket
    from stacks.foundation import Foundation
    from stacks.identity import Identity

PRIVACY = "privacy"
_ACTIONS = {
    "audit": ("PutItem", "Query", "UpdateItem"),
    "deduplication": ("DeleteItem", "Query"),
    "memberships": ("DeleteItem", "GetItem", "Query", "UpdateItem"),
    "messages": ("GetItem", "Query", "UpdateItem"),
    "notifications": ("DeleteItem", "GetItem", "Query", "UpdateItem"),
    "presence": ("GetItem", "PutItem"),
    "privacy": ("DeleteItem", "GetItem", "UpdateItem"),
    "reactions": ("BatchGetItem", "DeleteItem", "GetItem"),
    "reports": ("DeleteItem", "PutItem", "Query"),
    "rooms": ("GetItem", "UpdateItem"),
    "users": ("GetItem", "PutItem"),
}
"""DynamoDB actions by table: the jobs read and delete the user's rows, and change rows that name the user."""


class Privacy(StreamFunction):
    """The function, its stream, and the queue of what it could not handle."""

    def __init__(
        self, scope: Construct, id_: str, foundation: Foundation, *, bucket: S3Bucket, identity: Identity
    ) -> None:
        """Add the function on its stream.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            foundation: What it stands on.
            bucket: Where files and archives are.
            identity: The user pool.
        """
        super().__init__(
            scope,
            id_,
            foundation=foundation,
            definition=_definition(foundation, bucket, identity),
            sources={"privacy": PRIVACY_JOBS},
            # One turn of one job takes as long as an invocation may.
            batch_size=1,
        )


def _definition(foundation: Foundation, bucket: S3Bucket, identity: Identity) -> FunctionDefinition:
    settings = foundation.settings
    return FunctionDefinition(
        name=PRIVACY,
        description="Exports users' data and deletes accounts",
        environment={
            "GRAPHQL_URL": foundation.api.url,
            "USER_POOL_ID": identity.pool.id,
            "BUCKET_NAME": bucket.bucket,
            "DELETED_MESSAGES": settings.privacy.deleted_messages,
            "EXPORT_DAYS": str(settings.privacy.export_days),
            **{f"{key.upper()}_TABLE_NAME": foundation.tables[key].name for key in _ACTIONS},
        },
        statements=(
            *_table_statements(foundation),
            Statement(("s3:DeleteObject", "s3:GetObject"), (f"{bucket.arn}/rooms/*",)),
            Statement(("s3:DeleteObject", "s3:GetObject", "s3:PutObject"), (f"{bucket.arn}/exports/*",)),
            Statement(("s3:ListBucket",), (bucket.arn,)),
            Statement(
                (
                    "cognito-idp:AdminDeleteUser",
                    "cognito-idp:AdminDisableUser",
                    "cognito-idp:AdminGetUser",
                    "cognito-idp:AdminUserGlobalSignOut",
                ),
                (identity.pool.arn,),
            ),
            foundation.api.publish_statement("publishMemberDeleted", "publishMessageDeleted", "publishMessageUpdated"),
        ),
        timeout_seconds=120,
        memory_megabytes=512,
    )


def _table_statements(foundation: Foundation) -> list[Statement]:
    tables = foundation.tables
    indexes = (f"{tables['memberships'].arn}/index/byUser", f"{tables['notifications'].arn}/index/byActor")
    return [
        *(
            Statement(tuple(f"dynamodb:{action}" for action in names), (tables[key].arn,))
            for key, names in _ACTIONS.items()
        ),
        Statement(("dynamodb:Query",), indexes),
    ]
