"""Signs uploads and downloads of attachments. Invoked by the API's data source ``attachments``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.attachments.aws import REGIONAL, S3Signer
from lambdas.attachments.logic import Signer, UploadRequest, read_request, sign
from lambdas.common.observability import correlation_scope, count, logger, metrics, tracer
from lambdas.common.settings import BucketName, FunctionSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Settings(FunctionSettings):
    """Environment variables of the function."""

    bucket_name: BucketName


@cache
def _signer() -> Signer:
    """Create the client once per execution environment."""
    return S3Signer(Settings.from_environment().bucket_name, boto3.client("s3", config=REGIONAL))


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Return the signed URLs. They are not logged: a URL gives access to the file."""
    request = read_request(event)
    with correlation_scope(request.request_id):
        signed = sign(request, _signer())
        count("UploadsSigned" if isinstance(request, UploadRequest) else "DownloadsSigned")
        logger.info("Signed", extra={"action": request.action})
        return signed
