"""Groups in Cognito and profiles in DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from lambdas.common.settings import FunctionSettings, TableName

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient

    from lambdas.post_confirmation.logic import Profile


class Settings(FunctionSettings):
    """Environment variables of the function."""

    users_table_name: TableName
    users_group_name: str = Field(default="Users", min_length=1)


class AwsDirectory:
    """Users in Cognito and DynamoDB."""

    def __init__(self, settings: Settings, *, cognito: CognitoIdentityProviderClient, dynamodb: DynamoDBClient) -> None:
        self._settings = settings
        self._cognito = cognito
        self._dynamodb = dynamodb

    def add_to_group(self, user_pool_id: str, username: str) -> None:
        """Add the user to the group; repeating it is safe."""
        self._cognito.admin_add_user_to_group(
            UserPoolId=user_pool_id, Username=username, GroupName=self._settings.users_group_name
        )

    def create_profile(self, profile: Profile) -> bool:
        """Write the profile if there is none, so that a repeated event changes nothing."""
        try:
            self._dynamodb.put_item(
                TableName=self._settings.users_table_name,
                Item={
                    "userId": {"S": profile.user_id},
                    "displayName": {"S": profile.display_name},
                    "createdAt": {"S": profile.created_at},
                },
                ConditionExpression="attribute_not_exists(userId)",
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def display_name(self, user_id: str) -> str | None:
        """Return the name in the profile, empty for an account that is being deleted; None without a profile."""
        found = self._dynamodb.get_item(
            TableName=self._settings.users_table_name,
            Key={"userId": {"S": user_id}},
            ProjectionExpression="userId, displayName",
        ).get("Item")
        return None if found is None else found.get("displayName", {}).get("S", "")

    def rename(self, user_id: str, old: str, new: str) -> None:
        """Replace the name in the profile, unless it has changed meanwhile."""
        try:
            self._dynamodb.update_item(
                TableName=self._settings.users_table_name,
                Key={"userId": {"S": user_id}},
                UpdateExpression="SET displayName = :new",
                ConditionExpression="displayName = :old",
                ExpressionAttributeValues={":new": {"S": new}, ":old": {"S": old}},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return
