"""Lambda functions and their permissions."""

from __future__ import annotations

import json

from terraform.requests import request
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_CODE = ("s3_bucket", "s3_key", "source_code_hash", "publish")


def _find_function(target: Target, arguments: Arguments) -> Attributes | None:
    functions = target.clients["lambda"]
    try:
        there = functions.get_function_configuration(FunctionName=arguments["function_name"])
    except functions.exceptions.ResourceNotFoundException:
        return None
    return _attributes_of(there["FunctionArn"], target, arguments)


def _attributes_of(arn: str, target: Target, arguments: Arguments) -> Attributes:
    invocation = f"arn:aws:apigateway:{target.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    name = arguments["function_name"]
    return {**arguments, "id": name, "arn": arn, "invoke_arn": invocation, "qualified_arn": f"{arn}:$LATEST"}


def _function(target: Target, arguments: Arguments) -> Attributes:
    functions = target.clients["lambda"]
    name = arguments["function_name"]
    code = {"S3Bucket": arguments["s3_bucket"], "S3Key": arguments["s3_key"]}
    renames = {"image_config.command": "Command"}
    try:
        there = functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        wanted = request(functions, "CreateFunction", arguments, renames=renames, without=[*_CODE, "tags"])
        there = functions.create_function(**wanted, Code=code, Tags=target.tagged(arguments))
    else:
        if there["CodeSha256"] != arguments.get("source_code_hash"):
            architectures = arguments.get("architectures", ["x86_64"])
            functions.update_function_code(FunctionName=name, **code, Architectures=architectures)
        wanted = request(
            functions,
            "UpdateFunctionConfiguration",
            arguments,
            renames=renames,
            without=[*_CODE, "tags", "architectures", "package_type"],
        )
        there = functions.update_function_configuration(**wanted)
        functions.tag_resource(Resource=there["FunctionArn"], Tags=target.tagged(arguments))
    return _attributes_of(there["FunctionArn"], target, arguments)


def _remove_function(target: Target, attributes: Attributes) -> None:
    target.clients["lambda"].delete_function(FunctionName=attributes["function_name"])


def _find_permission(target: Target, arguments: Arguments) -> Attributes | None:
    functions = target.clients["lambda"]
    try:
        policy = json.loads(functions.get_policy(FunctionName=arguments["function_name"])["Policy"])
    except functions.exceptions.ResourceNotFoundException:
        return None
    if arguments["statement_id"] not in {statement.get("Sid") for statement in policy["Statement"]}:
        return None
    return {**arguments, "id": arguments["statement_id"]}


def _permission(target: Target, arguments: Arguments) -> Attributes:
    functions = target.clients["lambda"]
    wanted = request(functions, "AddPermission", arguments)
    try:
        functions.add_permission(**wanted)
    except functions.exceptions.ResourceConflictException:
        _remove_permission(target, arguments)
        functions.add_permission(**wanted)
    return {**arguments, "id": arguments["statement_id"]}


def _remove_permission(target: Target, attributes: Attributes) -> None:
    target.clients["lambda"].remove_permission(
        FunctionName=attributes["function_name"], StatementId=attributes["statement_id"]
    )


KINDS = {
    "aws_lambda_function": Kind(_find_function, _function, _remove_function),
    "aws_lambda_permission": Kind(
        _find_permission,
        _permission,
        _remove_permission,
        tagged=False,
        import_id=lambda permission: f"{permission['function_name']}/{permission['statement_id']}",
    ),
}
