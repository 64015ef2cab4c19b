"""AppSync's behaviors with their evidence, and the differences of the local AppSync."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Evidence = Literal["recorded", "documented", "tools", "own"]

EVIDENCE: dict[Evidence, str] = {
    "recorded": "the expected values were recorded in AWS and published by users or by AWS",
    "documented": "AWS documentation, the GraphQL specification, or graphql-java",
    "tools": "AWS tools: the ESLint plugin, the types of `@aws-appsync/utils`, botocore, Amplify",
    "own": "a guarantee of this project without an equivalent in AWS",
}
"""Kinds of evidence for an expected value."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behavior of AppSync."""

    id: str
    """``area.name``."""
    text: str
    source: str
    """Title of the AWS document; by default of the AppSync developer guide."""
    evidence: Evidence = "documented"
    """Source of the expected values of its tests."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between the local AppSync and AWS."""

    subject: str
    aws: str
    here: str


AREAS = {
    "javascript": "APPSYNC_JS",
    "dynamodb": "DynamoDB data source",
    "lambda": "Lambda data source",
    "sources": "Other data sources",
    "authorization": "Authorization",
    "execution": "Execution and errors",
    "schema": "Schema and scalars",
    "realtime": "Real-time",
    "operations": "Control plane and logs",
    "cognito": "Cognito user pools",
    "port": "Request signing and access",
    "missing": "Not supported",
}

_UTIL = "Built-in utilities (JavaScript)"
_RUNTIME = "JavaScript runtime features for resolvers and functions"
_EXTENSIONS = "Extensions"
_CONTEXT = "JavaScript resolver context object reference"
_OVERVIEW = "JavaScript resolvers overview"
_DYNAMODB = "JavaScript resolver function reference for DynamoDB"
_HELPERS = "Amazon DynamoDB built-in module"
_LAMBDA = "JavaScript resolver function reference for Lambda"
_RDS = "JavaScript resolver function reference for Amazon RDS"
_AUTHORIZATION = "Configuring authorization and authentication to secure your GraphQL APIs"
_QUOTAS = "AWS General Reference, AWS AppSync endpoints and quotas"
_WEBSOCKET = "Building a real-time WebSocket client"
_SUBSCRIPTIONS = "Using subscriptions for real-time data applications"
_FILTERING = "Defining enhanced subscriptions filters"
_INVALIDATION = "Unsubscribing WebSocket connections using filters"
_SCALARS = "Scalar types in GraphQL"
_LOGS = "Using CloudWatch to monitor and log GraphQL API data"
_API = "AWS AppSync API Reference"
_COGNITO = "Cognito developer guide"
_COGNITO_API = "Cognito user pools API reference"

BEHAVIOURS: tuple[Behaviour, ...] = (
    # --- APPSYNC_JS
    Behaviour(
        "javascript.refused",
        "Code that AWS's ESLint plugin rejects is rejected at deployment, with line and column",
        "`@aws-appsync/eslint-plugin` 2.0.2",
        "tools",
    ),
    Behaviour(
        "javascript.types",
        "Code is type-checked at deployment, as by TypeScript for JavaScript without strict mode",
        "aws-appsync-community issues 324, 334, 384, 402",
        "recorded",
    ),
    Behaviour(
        "javascript.scope",
        "Declared names such as `fetch` or `process` are accepted; undefined globals are rejected",
        "aws-appsync-resolver-samples",
        "recorded",
    ),
    Behaviour(
        "javascript.translation",
        "Code that passes the rules but that AppSync cannot translate is rejected: `new`, `throw`, "
        "`String()`, `Math.abs`, a comparator of `sort`, ...",
        "EvaluateCode results published by users",
        "recorded",
    ),
    Behaviour("javascript.recursion", "Direct and indirect recursion is rejected", _RUNTIME),
    Behaviour(
        "javascript.language",
        "`JSON.parse` of invalid JSON returns an empty string; `replace` and `replaceAll` use Java patterns",
        _RUNTIME,
    ),
    Behaviour("javascript.size", "Code larger than 32 KB is rejected", _QUOTAS),
    Behaviour(
        "javascript.imports", "Only `@aws-appsync/utils` and its modules `dynamodb` and `rds` can be imported", _RUNTIME
    ),
    Behaviour("javascript.isolation", "Code has no access to the network, files, timers or other requests", _RUNTIME),
    Behaviour("javascript.evaluated-size", "A handler returns at most 5 MB", _QUOTAS),
    Behaviour(
        "javascript.endless",
        "A handler that runs or allocates too much ends with an error and does not affect others",
        _RUNTIME,
    ),
    Behaviour("javascript.util", "`util`: str, math, time, dynamodb, transform, http, xml, base64, url, ids", _UTIL),
    Behaviour("javascript.error", "`util.error` ends the resolver with message, type, data and info", _UTIL),
    Behaviour("javascript.append-error", "`util.appendError` adds an error and continues", _UTIL),
    Behaviour(
        "javascript.unauthorized",
        "`util.unauthorized` returns an error with the field and its type",
        "aws-amplify/amplify-js#7220 and others",
        "recorded",
    ),
    Behaviour("javascript.auth-type", "`util.authType` returns the caller's authorization mode", _UTIL),
    Behaviour(
        "javascript.members",
        "Members of VTL's `$util` only (`toJson`, `isNull`, `validate`, ...) do not exist",
        "`@aws-appsync/utils` 2.1.1",
        "tools",
    ),
    Behaviour("javascript.headers", "`util.http.addResponseHeader(s)`; reserved names are rejected", _UTIL),
    Behaviour("javascript.conditions", "`util.transform` to filter and condition expressions", _UTIL),
    Behaviour("javascript.subscription-filters", "`util.transform.toSubscriptionFilter`", _UTIL),
    Behaviour("javascript.early-return", "`runtime.earlyReturn`, with `skipTo`", "Runtime"),
    Behaviour(
        "javascript.extensions", "`extensions`: filters, invalidation filters, invalidations (at most 5)", _EXTENSIONS
    ),
    Behaviour("javascript.evict", "`extensions.evictFromApiCache` is accepted", _EXTENSIONS),
    Behaviour(
        "javascript.context",
        "`ctx`: arguments, source, identity, request, info, env, stash, prev, result, error",
        _CONTEXT,
    ),
    Behaviour("javascript.pipeline", "Pipelines pass results and stash; a function may occur twice", _OVERVIEW),
    Behaviour("javascript.logs", "`console.log` and `console.error`", _RUNTIME),
    Behaviour("javascript.helpers", "`@aws-appsync/utils/dynamodb`: all helpers and update operations", _HELPERS),
    Behaviour(
        "javascript.rds",
        "`@aws-appsync/utils/rds`: statements for PostgreSQL and MySQL, type hints, results as records",
        _RDS,
        "recorded",
    ),
    Behaviour(
        "javascript.evaluate-code",
        "EvaluateCode: result, error, logs, stash, outErrors; authorized by IAM",
        f"{_API}, EvaluateCode",
    ),
    # --- DynamoDB
    Behaviour("dynamodb.single", "GetItem, PutItem, UpdateItem, DeleteItem", _DYNAMODB),
    Behaviour(
        "dynamodb.conditions",
        "A failed condition sets `ctx.error`, and `ctx.result` to the item; a put of an equal item succeeds",
        _DYNAMODB,
    ),
    Behaviour("dynamodb.query-scan", "Query and Scan: index, filter, projection, order, limit", _DYNAMODB),
    Behaviour(
        "dynamodb.tokens",
        "`nextToken` is opaque and valid only for its own query",
        f"{_DYNAMODB}; aws-amplify/amplify-cli#3411",
        "recorded",
    ),
    Behaviour("dynamodb.batches", "BatchGetItem, BatchPutItem, BatchDeleteItem; `unprocessedKeys`", _DYNAMODB),
    Behaviour("dynamodb.transactions", "TransactGetItems, TransactWriteItems; `cancellationReasons`", _DYNAMODB),
    Behaviour("dynamodb.values", "Number precision, sets, binary, empty and NULL", "Type system (request mapping)"),
    Behaviour(
        "dynamodb.text",
        "Invalid UTF-8 causes a SerializationException, and nothing is stored",
        "DynamoDB developer guide, Naming rules and data types; totemstech/node-dynamodb#9",
    ),
    Behaviour(
        "dynamodb.refusals",
        "DynamoDB errors reach the response handler as `DynamoDB:...`, with the suffix of the AWS SDK for Java",
        f"{_DYNAMODB}; aws/aws-appsync-community#343",
        "recorded",
    ),
    Behaviour("dynamodb.role", "Calls are authorized by the data source's role", "Attaching a data source"),
    Behaviour(
        "dynamodb.elements",
        "Unknown elements of an operation are rejected with their path, unknown operations with their name",
        "aws/aws-appsync-community#110, #217; types of @aws-appsync/utils",
        "recorded",
    ),
    Behaviour(
        "dynamodb.bad-requests",
        "Invalid requests, and values of a wrong type, fail with `MappingTemplate`",
        _DYNAMODB,
    ),
    # --- Lambda
    Behaviour("lambda.invoke", "Invoke; `invocationType: Event` returns null", _LAMBDA),
    Behaviour("lambda.failures", "A function error sets `ctx.error` with type `Lambda:...`", _LAMBDA),
    Behaviour("lambda.batch", "BatchInvoke combines the items of a list, 5 or `maxBatchSize` per invocation", _LAMBDA),
    Behaviour(
        "lambda.batch-answers",
        "A batch result has the size and order of the request; each entry has data or an error",
        "Tutorial: Lambda resolvers",
    ),
    Behaviour(
        "lambda.direct", "Direct Lambda resolvers, batched with `maxBatchSize`", "Direct Lambda resolver reference"
    ),
    # --- other sources
    Behaviour(
        "sources.none", "NONE returns the payload", "JavaScript resolver function reference for the None data source"
    ),
    # --- authorization
    Behaviour("authorization.api-key", "An API key is valid until it expires", _AUTHORIZATION),
    Behaviour("authorization.cognito", "Cognito: signature, issuer, client id, expiry, `token_use`", _AUTHORIZATION),
    Behaviour(
        "authorization.revoked",
        "The access token of a signed-out user is valid until it expires",
        "aws/aws-appsync-community#298",
        "recorded",
    ),
    Behaviour("authorization.deleted-pool", "Tokens of a deleted user pool are rejected", _AUTHORIZATION),
    Behaviour("authorization.default-action", "`defaultAction` DENY", _AUTHORIZATION),
    Behaviour("authorization.iam", "IAM: SigV4 is verified; policies apply to root fields", _AUTHORIZATION),
    Behaviour(
        "authorization.lambda", "Lambda authorizers: response, TTL, denied fields, expression, context", _AUTHORIZATION
    ),
    Behaviour(
        "authorization.lambda-policy",
        "Invoking an authorizer requires permission by the function's resource policy",
        _AUTHORIZATION,
    ),
    Behaviour("authorization.modes", "Default and additional authorization modes of one API", _AUTHORIZATION),
    Behaviour(
        "authorization.directives",
        "Directives on types and fields; the field's override the type's; groups",
        _AUTHORIZATION,
    ),
    Behaviour("authorization.401", "401 with the error envelope for invalid credentials", _AUTHORIZATION),
    Behaviour("authorization.oidc-named", "OPENID_CONNECT is rejected by name", "(not run locally)"),
    # --- execution
    Behaviour(
        "execution.errors",
        "Error objects: path, locations with sourceName, errorType, errorInfo, data",
        "Error handling",
    ),
    Behaviour(
        "execution.operations", "`operationName` selects one of several operations", "GraphQL specification, Execution"
    ),
    Behaviour(
        "execution.directives",
        "`@skip`, `@include`, default values of variables and arguments",
        "GraphQL specification, Type system",
    ),
    Behaviour(
        "execution.coercion",
        "Input and output values are coerced; invalid output is null with an error",
        "GraphQL specification, Type system",
    ),
    Behaviour(
        "execution.serialization",
        "An output value of the wrong type is null, with graphql-java's message and the path",
        "graphql-java 10, Scalars; aws-amplify/amplify-js#5963 and others",
        "recorded",
    ),
    Behaviour(
        "execution.error-data", "`data` of an error contains only selected fields; `errorInfo` is complete", _UTIL
    ),
    Behaviour(
        "execution.nulls",
        "A null in a non-null field propagates to the parent",
        "GraphQL specification, Handling field errors",
    ),
    Behaviour(
        "execution.validation",
        "Invalid documents are rejected with graphql-java's messages, without an `errorType`",
        "graphql-java 10, validation rules; aws-amplify/learn#417 and others",
        "recorded",
    ),
    Behaviour(
        "execution.variables",
        "Invalid variables: the first problem, with graphql-java's message, at the variable's location",
        "graphql-java 10, ValuesResolver; aws/aws-appsync-community#406 and others",
        "recorded",
    ),
    Behaviour(
        "execution.malformed",
        "Requests that are not GraphQL cause `MalformedHttpRequestException`",
        "graphql/graphql-over-http#81, by an AppSync engineer",
        "recorded",
    ),
    Behaviour(
        "execution.order", "Query fields run in parallel, mutation fields in series", "GraphQL specification, Execution"
    ),
    Behaviour(
        "execution.introspection", "Introspection can be disabled", "Configuring API complexity and introspection"
    ),
    Behaviour("execution.depth", "`queryDepthLimit`", "Configuring API complexity and introspection"),
    Behaviour(
        "execution.resolver-count",
        "`resolverCountLimit`, at most 10,000",
        "Configuring API complexity and introspection",
    ),
    Behaviour(
        "execution.fields",
        "Documents that expand exponentially through fragments are rejected",
        "(of this project)",
        "own",
    ),
    Behaviour("execution.time", "A request times out after 30 s and all its work is cancelled", _QUOTAS),
    Behaviour("execution.size", "A request is at most 1 MB", _QUOTAS),
    Behaviour(
        "execution.abstract", "Interfaces and unions are resolved by `__typename`", "Interfaces and unions in GraphQL"
    ),
    Behaviour(
        "execution.hostile", "Random input never causes a 500, a traceback or a leaked task", "(of this project)", "own"
    ),
    Behaviour("execution.clients", "Amplify and gql work unmodified", "AWS Amplify documentation", "tools"),
    Behaviour("execution.reconnect", "Clients reconnect after the server was killed and restarted", _WEBSOCKET),
    # --- schema
    Behaviour(
        "schema.refused", "Schemas that AppSync rejects are rejected, with the location", "Designing your schema"
    ),
    Behaviour(
        "schema.scalars",
        "AWS scalars are validated in both directions",
        f"{_SCALARS}; aws-amplify/amplify-flutter#822 and others",
        "recorded",
    ),
    Behaviour("schema.json", "AWSJSON is parsed for resolvers and returned as a string", _SCALARS),
    # --- realtime
    Behaviour(
        "realtime.handshake",
        "Authorization in the query string (also with line breaks), in the header subprotocol and in "
        "the `header-` subprotocol",
        f"{_WEBSOCKET}; Amplify's clients",
        "tools",
    ),
    Behaviour("realtime.init", "connection_init, connection_ack with timeout, ka", _WEBSOCKET),
    Behaviour("realtime.start", "start, start_ack, data, stop, complete, in AppSync's shapes", _WEBSOCKET),
    Behaviour(
        "realtime.errors",
        "Invalid messages are answered with an error, and the connection stays open",
        f"{_WEBSOCKET}; aws-amplify/amplify-swift#1589 and others",
        "recorded",
    ),
    Behaviour(
        "realtime.authorization",
        "Each subscription is authorized separately, by directives and resolver",
        _SUBSCRIPTIONS,
    ),
    Behaviour(
        "realtime.arguments",
        "Arguments filter events: an omitted argument matches all, null matches null",
        _SUBSCRIPTIONS,
    ),
    Behaviour("realtime.selection", "A subscriber receives only fields that the mutation selected", _SUBSCRIPTIONS),
    Behaviour("realtime.mutations", "`@aws_subscribe` lists the mutations whose results are published", _SUBSCRIPTIONS),
    Behaviour("realtime.failures", "A mutation that fails or returns null publishes nothing", _SUBSCRIPTIONS),
    Behaviour("realtime.filters", "Enhanced filters: all operators, AND and OR, limits", _FILTERING),
    Behaviour("realtime.invalidation", "Invalidation filters and `invalidateSubscriptions`", _INVALIDATION),
    Behaviour("realtime.payload", "A payload is at most 240 KB", _QUOTAS),
    Behaviour("realtime.limits", "100 subscriptions per connection, with unique ids", _QUOTAS),
    Behaviour("realtime.expiry", "Connections and subscriptions end when their token expires", _WEBSOCKET),
    Behaviour(
        "realtime.slow", "A slow consumer does not delay others and is closed with a reason", "(of this project)", "own"
    ),
    Behaviour("realtime.fan-out", "1,000 subscribers receive an event within 250 ms", "(of this project)", "own"),
    # --- operations
    Behaviour(
        "operations.checked",
        "Resolvers require an existing field, data source and functions; at most 10 functions, batch "
        "size at most 2,000",
        f"{_API}, CreateResolver",
    ),
    Behaviour("operations.redeploy", "A deployment takes effect with the next request", f"{_API}, UpdateResolver"),
    Behaviour(
        "operations.addresses",
        "The API is selected by path or host name; the default is the deployed one, else the oldest",
        "Configuring custom domain names",
    ),
    Behaviour(
        "operations.http",
        "`GET /ping` returns `healthy`; other methods and paths below `/graphql` are rejected by name",
        "aws-amplify/amplify-flutter#2897",
        "recorded",
    ),
    Behaviour("operations.cors", "CORS allows all origins", "Troubleshooting"),
    Behaviour("operations.log-levels", "Field log levels NONE, ERROR, INFO, DEBUG, ALL", _LOGS),
    Behaviour("operations.verbose", "`excludeVerboseContent`; credentials are never logged", _LOGS),
    Behaviour(
        "operations.log-group", "Logs are written to the API's log group with the role of the log settings", _LOGS
    ),
    Behaviour(
        "operations.standalone",
        "The data plane depends neither on this API nor on MiniStack",
        "(of this project)",
        "own",
    ),
    # --- Cognito
    Behaviour(
        "cognito.write",
        "A client can write only its write attributes, at sign-up and later",
        f"{_COGNITO_API}, UserPoolClientType",
    ),
    Behaviour(
        "cognito.read",
        "A client can read only its read attributes: GetUser and claims of the ID token",
        f"{_COGNITO_API}, UserPoolClientType; {_COGNITO}, Understanding the access token",
    ),
    Behaviour(
        "cognito.schema",
        "`sub`, immutable and required attributes cannot be changed or deleted; custom attributes must be declared",
        f"{_COGNITO}, Working with user attributes",
    ),
    Behaviour(
        "cognito.words",
        "Eight errors of attributes, sign-up, sign-in and recovery have AWS's messages",
        "aws/aws-sdk-js#1319, amplify-js#3526 and others, which the test names",
        "recorded",
    ),
    Behaviour(
        "cognito.characters",
        "Names may contain letters, marks, symbols, numbers and punctuation, attribute names also "
        "spaces; NUL and unpaired surrogates are rejected everywhere",
        "botocore, Cognito user pools, patterns; aws-amplify/amplify-flutter#3125 for the message",
        "tools",
    ),
    Behaviour(
        "cognito.requests",
        "Missing values, and values of a wrong length or type, are rejected; unknown members are ignored",
        "botocore, Cognito user pools, required members and lengths",
        "tools",
    ),
    Behaviour(
        "cognito.verification",
        "A changed email address is verified by a code, before the change if the pool requires it",
        f"{_COGNITO}, Verifying updates to email addresses and phone numbers",
    ),
    Behaviour(
        "cognito.groups",
        "`cognito:groups` contains the user's groups; a trigger can change it only by `groupOverrideDetails`",
        f"{_COGNITO}, Pre token generation Lambda trigger",
    ),
    Behaviour(
        "cognito.challenges",
        "A challenge response requires its session; a new password comes with missing required attributes; a required "
        "second factor is set up before tokens are issued",
        f"{_COGNITO_API}, RespondToAuthChallenge",
    ),
    Behaviour(
        "cognito.settings",
        "Settings: sign-up by administrators only, disabled SRP, deletion protection, recovery by "
        "verified addresses, case sensitivity",
        f"{_COGNITO_API}, CreateUserPool, CreateUserPoolClient",
    ),
    Behaviour(
        "cognito.rotation",
        "Refresh token rotation: each refresh returns a new token; the old one ends after the grace period",
        f"{_COGNITO}, Refresh token rotation",
    ),
    Behaviour(
        "cognito.trigger-data",
        "PreSignUp receives `validationData` and `clientMetadata`",
        f"{_COGNITO}, Pre sign-up Lambda trigger",
    ),
    Behaviour(
        "cognito.named",
        "Unsupported actions and parameters are rejected by name",
        "(of this project)",
        "own",
    ),
    # --- the port
    Behaviour(
        "port.signature",
        "Signature Version 4 in header and query: key, session token, host, path, query, headers, body, clock, expiry",
        "IAM User Guide, AWS Signature Version 4 for API requests",
        "tools",
    ),
    Behaviour(
        "port.chunks",
        "Uploads in signed chunks, with signed trailers",
        "S3 API Reference, Authenticating Requests (examples with values)",
        "recorded",
    ),
    Behaviour(
        "port.refusals",
        "Errors for missing and invalid signatures have the format of each service's protocol",
        "Each service's API Reference, Common Errors",
    ),
    Behaviour(
        "port.unsigned",
        "Without a signature, only public Cognito operations, the keys of user pools and signed upload "
        "forms are accepted",
        "botocore, Cognito user pools, `authtype: none`",
        "tools",
    ),
    Behaviour(
        "port.identity",
        "Operations of Cognito identity pools require a signature, including those that AWS accepts without",
        "(of this project)",
        "own",
    ),
    Behaviour(
        "port.actions",
        "Policies of users and roles are evaluated for the action that runs; requests without an action are denied",
        "IAM User Guide, Policy evaluation logic",
    ),
    Behaviour(
        "port.bodies",
        "A rejection before the body keeps the connection usable; an unsigned body is read up to 1 MB",
        "RFC 9110, section 10.1.1",
    ),
    Behaviour(
        "port.pages",
        "Requests of other origins and with other Host headers are rejected, and so are malformed paths",
        "(of this project)",
        "own",
    ),
    # --- missing
    Behaviour(
        "missing.named",
        "Unsupported features are rejected by name when they are configured",
        "(of this project)",
        "own",
    ),
    Behaviour(
        "missing.sources", "A data source of another service fails with `NotRunLocally`", "(of this project)", "own"
    ),
)

DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "`GetId`, `GetCredentialsForIdentity`, `GetOpenIdToken` and `UnlinkIdentity` of Cognito identity pools",
        "Accepted without a signature (botocore, `authtype: none`)",
        "Rejected without a signature; the stack has no identity pool",
    ),
    Difference(
        "Anonymous requests to S3, function URLs and API Gateway",
        "Accepted if a bucket policy, `AuthType: NONE` or the API allows it",
        "Rejected: all requests that are not in the table above require a signature",
    ),
    Difference(
        "Signature Version 2, Version 4A (ECDSA), `UNSIGNED-PAYLOAD` outside S3",
        "Partly accepted",
        "Rejected: sign with AWS4-HMAC-SHA256 (boto3: `signature_version='s3v4'`)",
    ),
    Difference(
        "Aliased fields of a mutation, in events",
        "Contested: delivered under the alias according to aws/aws-appsync-community#160, "
        "amplify-js#3213 and elm-graphql#106",
        "Delivered under the field's name; under the alias with `APPSYNC_DELIVERY=alias`. Tests run "
        "both. This project's API rejects such aliases (ADR 0014)",
    ),
    Difference(
        "An aliased value whose type differs from the field with the alias's name",
        "Not recorded",
        "With `APPSYNC_DELIVERY=alias`: null with an error, with graphql-java's message",
    ),
    Difference(
        "Re-declared AWS scalars and directives",
        "Rejected: the prefix AWS is reserved",
        "Accepted if equal to AppSync's; code generators need them",
    ),
    Difference(
        "IAM policies on fields below the root",
        "Resources may name any type; the guide's examples name root fields",
        "Evaluated for the fields of Query, Mutation and Subscription; below them, only directives apply",
    ),
    Difference(
        "Subscriptions with fields that the caller may not read",
        "The field is null or an error in events",
        "The subscription is rejected when it starts",
    ),
    Difference(
        "Messages of rare errors",
        "Not published",
        "The messages for depth, 413 and 5 MB, for invalid AWSTime, AWSEmail, AWSURL, AWSIPAddress and "
        "AWSJSON values, and for validation errors that were not recorded are the project's own or "
        "graphql-java's",
    ),
    Difference(
        "Operations by GET",
        "Supported, with the operation in the query string (graphql/graphql-over-http#81)",
        "Rejected by name with 405, as all methods except POST and OPTIONS",
    ),
    Difference(
        "Status codes of other methods, of the real-time endpoint without an upgrade, and of malformed paths",
        "Not documented",
        "405, 400 and 400 with AppSync's error envelope",
    ),
    Difference(
        "Paths below `/graphql`, such as `/graphql/ping`",
        "`UnknownOperationException` (aws-amplify/docs#2173); the status and the envelope are not recorded",
        "404 with AppSync's error envelope",
    ),
    Difference(
        "Message for a value of a wrong scalar type, such as `limit: 'x'`",
        "Not recorded",
        "The message recorded for objects: `Expected JSON integer for '$[limit]' but got a 'STRING' "
        "instead.`; strings are not converted to numbers",
    ),
    Difference(
        "An escaped unpaired surrogate in a request to DynamoDB",
        "Not recorded",
        "SerializationException, as for invalid UTF-8; for resolvers `DynamoDB:DynamoDbException`",
    ),
    Difference(
        "`/graphql` with several APIs in an account",
        "Each API has its own host",
        "The API that `make up` deployed, else the oldest; others are reached by "
        "`/v1/apis/<id>/graphql` or by host name",
    ),
    Difference(
        "AWSPhone",
        "An older version of Google's list of valid numbers: 575-222-2222 was rejected as input, and "
        "+61483911111 as output",
        "Numbers without a country code, or with +1, are checked by the North American Numbering Plan, "
        "others by their length. Both of these numbers are accepted",
    ),
    Difference(
        "Strings for numbers and Booleans in variables",
        "Converted if graphql-java can (undocumented)",
        "Rejected, as the GraphQL specification requires; in output, they are converted",
    ),
    Difference(
        "Objects and lists in a String field",
        "Java's string representation, such as `{a=1}` (undocumented)",
        "Null with an error",
    ),
    Difference(
        "Validation errors of one document",
        "All, in graphql-java's order",
        "At most 20, in graphql-core's order",
    ),
    Difference(
        "`_version`, `customPartitionKey`, `populateIndexFields`",
        "For versioned data sources",
        "Rejected by name with `NotRunLocally`",
    ),
    Difference(
        "WebSocket close codes",
        "Not documented",
        "1000 after 24 h, 1001 at shutdown, 1008 for refusal and expiry, 1009 for size, 1011 for a bug",
    ),
    Difference(
        "Unprocessed items of a batch",
        "Retried once; then `ctx.error` with DynamoDB's message",
        "The same with the project's own message; MiniStack always processes all items",
    ),
    Difference(
        "`util.time`: short zone names, pattern letters F, g, p, B",
        "Java's, such as AWST",
        "Names are the JavaScript engine's, such as GMT+8; the letters are rejected",
    ),
    Difference(
        "Java's regular expressions in `util.matches`, `replace`, `replaceAll`",
        "All of Java's",
        "Rejected by name: possessive quantifiers, atomic groups, flags inside a pattern, the flags d, "
        "U and x, `\\G`, `\\X`, `\\N`, `\\b{g}`, Unicode blocks, Java's own character classes",
    ),
    Difference(
        "Deployment error messages for modules, undefined globals and code size",
        "Not published",
        "The project's own messages, as `LINT_ERROR`",
    ),
    Difference(
        "Code that AppSync cannot translate",
        "Recorded for `new`, functions passed to unknown methods, `String()` and some methods of "
        "`Math`, `Number` and `Array`",
        "The same errors for all features missing in the guide: `throw`, class expressions, `BigInt`, "
        "conversions, methods",
    ),
    Difference(
        "Stricter than the ESLint plugin",
        "Accepted by the plugin, missing in the guide",
        "Rejected: globals such as `Map`, and a named function passed to a method of a value of unknown type",
    ),
    Difference(
        "An array that grows during `for...of`",
        "Added elements are not visited",
        "Added elements are visited, as in JavaScript",
    ),
    Difference("Fields of an operation with expanded fragments", "Not documented", "At most 10,000"),
    Difference(
        "Execution time of a handler",
        "Not documented; a request may take 30 s",
        "3 s between two calls of data sources, then `ExecutionTimeout`",
    ),
    Difference(
        "Loop iterations",
        "1,000 in VTL's `#foreach`; none documented for APPSYNC_JS",
        "No limit except time and memory",
    ),
    Difference(
        "`@aws-appsync/utils/rds`: joins, grouping, aggregates, subqueries, aliases of columns, `not`",
        "Rendered as SQL; no output was published",
        "Rejected by name when the helper is called",
    ),
    Difference(
        "HTTP, EventBridge, OpenSearch, RDS, Bedrock data sources", "Called", "The resolver fails with `NotRunLocally`"
    ),
    Difference(
        "Caching",
        "Per request or per resolver",
        "CreateApiCache is rejected by name; `evictFromApiCache` has no effect and is logged",
    ),
    Difference(
        "Conflict detection, delta sync", "VERSION with OPTIMISTIC_CONCURRENCY, AUTOMERGE, LAMBDA", "Rejected by name"
    ),
    Difference("VTL", "Mapping templates", "Rejected by name"),
    Difference(
        "Merged APIs, custom domain names, data source introspection, operations on single types, caller credentials",
        "Supported",
        "Rejected by name",
    ),
    Difference(
        "OPENID_CONNECT",
        "Tokens of any provider",
        "The API is created; requests with such a token are rejected by name",
    ),
    Difference(
        "Cognito: SMS, passkeys, one-time passwords, `USER_AUTH`, device tracking, password history, "
        "link confirmation, pre-authentication, migration and custom sender triggers, import jobs, terms, "
        "branding, risk configuration, log delivery, replicas",
        "Supported",
        "Rejected by name",
    ),
    Difference(
        "Cognito: threat protection, `UserContextData`, `AnalyticsMetadata`, `EmailConfiguration`",
        "Risk is evaluated, events are counted, SES sends emails",
        "Accepted and stored, without effect. No email is sent: every confirmation code is `123456`, "
        "every password reset code is `654321`",
    ),
    Difference(
        "Cognito: a client without `ReadAttributes` or `WriteAttributes`",
        "Standard attributes according to the API reference, custom ones too according to the CDK reference",
        "Custom attributes too, except developer-only ones",
    ),
    Difference(
        "Cognito: rates, failed attempts, lifetime of codes and of temporary passwords",
        "Limited",
        "Unlimited",
    ),
    Difference("Private APIs", "Reachable only from a VPC", "The setting is stored; the endpoint is on loopback"),
    Difference(
        "X-Ray, WAF, metrics, enhanced metrics",
        "Traces, rules, CloudWatch metrics",
        "Settings are stored without effect",
    ),
    Difference(
        "Field-level logs", "Handlers with their complete context", "Tracing and errors; contexts are not logged"
    ),
    Difference(
        "`ctx.error` of a Lambda data source",
        "Also contains `unhandledErrorType` (aws/aws-appsync-community#386)",
        "`message` and `type`",
    ),
    Difference("Rates", "Request tokens, connections and messages per second are limited", "Unlimited"),
    Difference("Log retention", "As configured in the log group", "The last 2,000 to 4,000 lines of an API"),
)
