"""Lambda functions and who may invoke them."""

from __future__ import annotations

from local.deployment.requests import request
from local.deployment.resources.resource import Arguments, Attributes, Kind, Target

_CODE = ("filename", "source_code_hash", "publish")


def _function(target: Target, arguments: Arguments) -> Attributes:
    functions = target.clients["lambda"]
    name = arguments["function_name"]
    archive = (target.folder / arguments["filename"]).read_bytes()
    renames = {"image_config.command": "Command"}
    try:
        there = functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        wanted = request(functions, "CreateFunction", arguments, renames=renames, without=[*_CODE, "tags"])
        there = functions.create_function(**wanted, Code={"ZipFile": archive}, Tags=target.tagged(arguments))
    else:
        if there["CodeSha256"] != arguments.get("source_code_hash"):
            functions.update_function_code(
                FunctionName=name, ZipFile=archive, Architectures=arguments.get("architectures", ["x86_64"])
            )
        wanted = request(
            functions,
            "UpdateFunctionConfiguration",
            arguments,
            renames=renames,
            without=[*_CODE, "tags", "architectures", "package_type"],
        )
        there = functions.update_function_configuration(**wanted)
        functions.tag_resource(Resource=there["FunctionArn"], Tags=target.tagged(arguments))
    arn = there["FunctionArn"]
    invocation = f"arn:aws:apigateway:{target.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
    return {**arguments, "id": name, "arn": arn, "invoke_arn": invocation, "qualified_arn": f"{arn}:$LATEST"}


def _remove_function(target: Target, attributes: Attributes) -> None:
    target.clients["lambda"].delete_function(FunctionName=attributes["function_name"])


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
    "aws_lambda_function": Kind(_function, _remove_function),
    "aws_lambda_permission": Kind(_permission, _remove_permission, tagged=False),
}
