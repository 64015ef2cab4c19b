"""AppSync's behaviours, each with the evidence for it, and where the local AppSync differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Evidence = Literal["recorded", "documented", "tools", "own"]

EVIDENCE: dict[Evidence, str] = {
    "recorded": "the expected values were recorded from AWS, by users who published them or by AWS itself",
    "documented": "AWS's documents, the GraphQL specification or graphql-java's texts say so",
    "tools": "AWS's own tools say so: the ESLint plugin, the types of `@aws-appsync/utils`, botocore, Amplify",
    "own": "a promise of this project, about which AWS says nothing",
}
"""Where an expected value comes from."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Something that AppSync does."""

    id: str
    """``area.name``."""
    text: str
    source: str
    """The title of the AWS document: AppSync developer guide unless it says otherwise."""
    evidence: Evidence = "documented"
    """Where the expected values of its tests come from."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the local AppSync is not like AWS's."""

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
    "port": "Signatures and who may send requests",
    "missing": "What there is not",
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
        "What AWS's ESLint plugin refuses is refused at deploy, with line and column",
        "`@aws-appsync/eslint-plugin` 2.0.2",
        "tools",
    ),
    Behaviour(
        "javascript.types",
        "Code is type-checked at deploy, as TypeScript checks JavaScript that is not strict",
        "aws-appsync-community issues 324, 334, 384, 402",
        "recorded",
    ),
    Behaviour(
        "javascript.scope",
        "Names of the code's own, such as `fetch` or `process`, are accepted; globals that are missing are refused",
        "aws-appsync-resolver-samples",
        "recorded",
    ),
    Behaviour(
        "javascript.translation",
        "What passes the rules and AppSync cannot translate is refused: `new`, `throw`, `String()`, `Math.abs`, a "
        "comparator of `sort`, ...",
        "EvaluateCode, as users wrote its answers down",
        "recorded",
    ),
    Behaviour("javascript.recursion", "Recursion is refused, direct and through another function", _RUNTIME),
    Behaviour(
        "javascript.language",
        "`JSON.parse` of no JSON gives an empty string; `replace` and `replaceAll` take Java patterns",
        _RUNTIME,
    ),
    Behaviour("javascript.size", "Code over 32 KB is refused", _QUOTAS),
    Behaviour(
        "javascript.imports", "Only `@aws-appsync/utils` and its modules `dynamodb` and `rds` can be imported", _RUNTIME
    ),
    Behaviour("javascript.isolation", "Code reaches no network, file, timer or other request", _RUNTIME),
    Behaviour("javascript.evaluated-size", "A handler evaluates to at most 5 MB", _QUOTAS),
    Behaviour("javascript.endless", "An endless or greedy handler ends with an error and harms no other", _RUNTIME),
    Behaviour("javascript.util", "`util`: str, math, time, dynamodb, transform, http, xml, base64, url, ids", _UTIL),
    Behaviour("javascript.error", "`util.error` ends the resolver with message, type, data and info", _UTIL),
    Behaviour("javascript.append-error", "`util.appendError` adds an error and goes on", _UTIL),
    Behaviour(
        "javascript.unauthorized",
        "`util.unauthorized` names the field and the type that it gives",
        "aws-amplify/amplify-js#7220 and others",
        "recorded",
    ),
    Behaviour("javascript.auth-type", "`util.authType` tells the mode of the caller", _UTIL),
    Behaviour(
        "javascript.members",
        "Members that only VTL's `$util` has (`toJson`, `isNull`, `validate`, ...) do not exist",
        "`@aws-appsync/utils` 2.1.1",
        "tools",
    ),
    Behaviour("javascript.headers", "`util.http.addResponseHeader(s)`, reserved names refused", _UTIL),
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
    Behaviour("javascript.pipeline", "Pipelines: results and stash go on, a function may appear twice", _OVERVIEW),
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
        "EvaluateCode: result, error, logs, stash, outErrors; IAM asked",
        f"{_API}, EvaluateCode",
    ),
    # --- DynamoDB
    Behaviour("dynamodb.single", "GetItem, PutItem, UpdateItem, DeleteItem", _DYNAMODB),
    Behaviour(
        "dynamodb.conditions",
        "A failed condition: `ctx.error` and the item in `ctx.result`; equal puts succeed",
        _DYNAMODB,
    ),
    Behaviour("dynamodb.query-scan", "Query and Scan: index, filter, projection, order, limit", _DYNAMODB),
    Behaviour(
        "dynamodb.tokens",
        "`nextToken` is opaque and good for its own query only",
        f"{_DYNAMODB}; aws-amplify/amplify-cli#3411",
        "recorded",
    ),
    Behaviour("dynamodb.batches", "BatchGetItem, BatchPutItem, BatchDeleteItem; `unprocessedKeys`", _DYNAMODB),
    Behaviour("dynamodb.transactions", "TransactGetItems, TransactWriteItems; `cancellationReasons`", _DYNAMODB),
    Behaviour("dynamodb.values", "Number precision, sets, binary, empty and NULL", "Type system (request mapping)"),
    Behaviour(
        "dynamodb.text",
        "Text that is not UTF-8 is a SerializationException, and nothing is stored",
        "DynamoDB developer guide, Naming rules and data types; totemstech/node-dynamodb#9",
    ),
    Behaviour(
        "dynamodb.refusals",
        "DynamoDB's refusals reach the response handler as `DynamoDB:...`, with the ending of the AWS SDK for Java",
        f"{_DYNAMODB}; aws/aws-appsync-community#343",
        "recorded",
    ),
    Behaviour("dynamodb.role", "The data source's role decides what may be done", "Attaching a data source"),
    Behaviour(
        "dynamodb.elements",
        "An element that an operation does not have is refused by its place, an unknown operation by its name",
        "aws/aws-appsync-community#110, #217; types of @aws-appsync/utils",
        "recorded",
    ),
    Behaviour(
        "dynamodb.bad-requests",
        "A request that is none, or has a value of another kind than its element, fails with `MappingTemplate`",
        _DYNAMODB,
    ),
    # --- Lambda
    Behaviour("lambda.invoke", "Invoke, and `invocationType: Event` which gives null", _LAMBDA),
    Behaviour("lambda.failures", "A failed function is `ctx.error` of type `Lambda:...`", _LAMBDA),
    Behaviour(
        "lambda.batch", "BatchInvoke gathers the items of a list, 5 or `maxBatchSize` in one invocation", _LAMBDA
    ),
    Behaviour(
        "lambda.batch-answers",
        "A batch answers in size and order, each with data or an error",
        "Tutorial: Lambda resolvers",
    ),
    Behaviour(
        "lambda.direct", "Direct Lambda resolvers, batched with `maxBatchSize`", "Direct Lambda resolver reference"
    ),
    # --- other sources
    Behaviour(
        "sources.none", "NONE gives the payload back", "JavaScript resolver function reference for the None data source"
    ),
    # --- authorization
    Behaviour("authorization.api-key", "An API key until it expires", _AUTHORIZATION),
    Behaviour("authorization.cognito", "Cognito: signature, issuer, client id, expiry, `token_use`", _AUTHORIZATION),
    Behaviour(
        "authorization.revoked",
        "A signed-out user's access token is good until it expires",
        "aws/aws-appsync-community#298",
        "recorded",
    ),
    Behaviour("authorization.deleted-pool", "No token of a user pool that was deleted", _AUTHORIZATION),
    Behaviour("authorization.default-action", "`defaultAction` DENY", _AUTHORIZATION),
    Behaviour("authorization.iam", "IAM: SigV4 verified, policies decide by root field", _AUTHORIZATION),
    Behaviour(
        "authorization.lambda", "A Lambda authorizer: answer, ttl, denied fields, expression, context", _AUTHORIZATION
    ),
    Behaviour(
        "authorization.lambda-policy",
        "AppSync invokes an authorizer under the function's resource policy",
        _AUTHORIZATION,
    ),
    Behaviour("authorization.modes", "Default mode and additional modes on one API", _AUTHORIZATION),
    Behaviour(
        "authorization.directives",
        "Directives on types and fields, the field's before the type's, groups",
        _AUTHORIZATION,
    ),
    Behaviour("authorization.401", "401 with the error envelope for a caller without good credentials", _AUTHORIZATION),
    Behaviour("authorization.oidc-named", "OPENID_CONNECT is refused by name", "(not run locally)"),
    # --- execution
    Behaviour(
        "execution.errors",
        "Error objects: path, locations with sourceName, errorType, errorInfo, data",
        "Error handling",
    ),
    Behaviour(
        "execution.operations", "One of several operations by `operationName`", "GraphQL specification, Execution"
    ),
    Behaviour(
        "execution.directives",
        "`@skip`, `@include`, defaults of variables and arguments",
        "GraphQL specification, Type system",
    ),
    Behaviour(
        "execution.coercion",
        "Values are coerced in and out; what does not fit is null with an error",
        "GraphQL specification, Type system",
    ),
    Behaviour(
        "execution.serialization",
        "A value that does not fit its type is null, with graphql-java's words and the path in the message",
        "graphql-java 10, Scalars; aws-amplify/amplify-js#5963 and others",
        "recorded",
    ),
    Behaviour("execution.error-data", "`data` of an error holds only what the client selected; `errorInfo` all", _UTIL),
    Behaviour(
        "execution.nulls",
        "A null where a value was promised travels up",
        "GraphQL specification, Handling field errors",
    ),
    Behaviour(
        "execution.validation",
        "Documents that do not fit are refused in graphql-java's words, without an `errorType`",
        "graphql-java 10, validation rules; aws-amplify/learn#417 and others",
        "recorded",
    ),
    Behaviour(
        "execution.variables",
        "Variables that do not fit: the first problem, in graphql-java's words, at the variable's place",
        "graphql-java 10, ValuesResolver; aws/aws-appsync-community#406 and others",
        "recorded",
    ),
    Behaviour(
        "execution.malformed",
        "What is no GraphQL request is `MalformedHttpRequestException`",
        "graphql/graphql-over-http#81, by an AppSync engineer",
        "recorded",
    ),
    Behaviour(
        "execution.order", "Queries side by side, mutations one after the other", "GraphQL specification, Execution"
    ),
    Behaviour(
        "execution.introspection", "Introspection can be switched off", "Configuring API complexity and introspection"
    ),
    Behaviour("execution.depth", "`queryDepthLimit`", "Configuring API complexity and introspection"),
    Behaviour(
        "execution.resolver-count",
        "`resolverCountLimit`, and 10,000 at most",
        "Configuring API complexity and introspection",
    ),
    Behaviour("execution.fields", "Fragments that blow a small document up harm nobody", "(of this project)", "own"),
    Behaviour("execution.time", "A request ends after 30 s and leaves nothing running", _QUOTAS),
    Behaviour("execution.size", "A request has at most 1 MB", _QUOTAS),
    Behaviour("execution.abstract", "Interfaces and unions by `__typename`", "Interfaces and unions in GraphQL"),
    Behaviour(
        "execution.hostile", "Random input never gives a 500, a traceback or a leaked task", "(of this project)", "own"
    ),
    Behaviour("execution.clients", "Amplify and gql work unmodified", "AWS Amplify documentation", "tools"),
    Behaviour("execution.reconnect", "Clients reconnect after the server was killed and started", _WEBSOCKET),
    # --- schema
    Behaviour("schema.refused", "Schemas that AppSync refuses are refused, with the place", "Designing your schema"),
    Behaviour(
        "schema.scalars",
        "AWS scalars are validated in both directions",
        f"{_SCALARS}; aws-amplify/amplify-flutter#822 and others",
        "recorded",
    ),
    Behaviour("schema.json", "AWSJSON is parsed for resolvers and goes out as a string", _SCALARS),
    # --- realtime
    Behaviour(
        "realtime.handshake",
        "Authorization by query string (with line breaks too), header subprotocol and `header-` subprotocol",
        f"{_WEBSOCKET}; Amplify's clients",
        "tools",
    ),
    Behaviour("realtime.init", "connection_init, connection_ack with timeout, ka", _WEBSOCKET),
    Behaviour("realtime.start", "start, start_ack, data, stop, complete, in AppSync's shapes", _WEBSOCKET),
    Behaviour(
        "realtime.errors",
        "Bad messages are answered and the connection lives on",
        f"{_WEBSOCKET}; aws-amplify/amplify-swift#1589 and others",
        "recorded",
    ),
    Behaviour(
        "realtime.authorization",
        "Each subscription is authorized on its own, by directives and resolver",
        _SUBSCRIPTIONS,
    ),
    Behaviour("realtime.arguments", "Arguments filter: omitted is all, null is null", _SUBSCRIPTIONS),
    Behaviour("realtime.selection", "A subscriber gets only what the mutation selected", _SUBSCRIPTIONS),
    Behaviour("realtime.mutations", "`@aws_subscribe` names the mutations whose results are published", _SUBSCRIPTIONS),
    Behaviour("realtime.failures", "A mutation that failed, or gave null, publishes nothing", _SUBSCRIPTIONS),
    Behaviour("realtime.filters", "Enhanced filters: all operators, AND and OR, limits", _FILTERING),
    Behaviour("realtime.invalidation", "Invalidation filters and `invalidateSubscriptions`", _INVALIDATION),
    Behaviour("realtime.payload", "A payload has at most 240 KB", _QUOTAS),
    Behaviour("realtime.limits", "100 subscriptions a connection, unique ids", _QUOTAS),
    Behaviour("realtime.expiry", "Connection and subscription end with their token", _WEBSOCKET),
    Behaviour("realtime.slow", "A slow consumer slows nobody and is closed with a reason", "(of this project)", "own"),
    Behaviour("realtime.fan-out", "1,000 subscribers within 250 ms", "(of this project)", "own"),
    # --- operations
    Behaviour(
        "operations.checked",
        "Resolvers: the field, data source and functions exist, at most 10 functions, 2,000 in a batch",
        f"{_API}, CreateResolver",
    ),
    Behaviour("operations.redeploy", "What was deployed runs from the next request on", f"{_API}, UpdateResolver"),
    Behaviour(
        "operations.addresses",
        "The API by path or host name; else the one that was deployed, or the oldest",
        "Configuring custom domain names",
    ),
    Behaviour(
        "operations.http",
        "`GET /ping` answers `healthy`; other methods and addresses below `/graphql` are refused by name",
        "aws-amplify/amplify-flutter#2897",
        "recorded",
    ),
    Behaviour("operations.cors", "Browsers of any origin may ask", "Troubleshooting"),
    Behaviour("operations.log-levels", "Field log levels NONE, ERROR, INFO, DEBUG, ALL", _LOGS),
    Behaviour("operations.verbose", "`excludeVerboseContent`; credentials are never written", _LOGS),
    Behaviour("operations.log-group", "Logs go to the API's log group with the role of the log settings", _LOGS),
    Behaviour(
        "operations.standalone",
        "The data plane stands alone: it knows neither this API nor MiniStack",
        "(of this project)",
        "own",
    ),
    # --- Cognito
    Behaviour(
        "cognito.write",
        "A client writes the attributes of its list, at sign-up and later",
        f"{_COGNITO_API}, UserPoolClientType",
    ),
    Behaviour(
        "cognito.read",
        "A client reads the attributes of its list: GetUser and the claims of the ID token",
        f"{_COGNITO_API}, UserPoolClientType; {_COGNITO}, Understanding the access token",
    ),
    Behaviour(
        "cognito.schema",
        "`sub` and immutable attributes stay, required ones too; custom ones are declared first",
        f"{_COGNITO}, Working with user attributes",
    ),
    Behaviour(
        "cognito.words",
        "Eight refusals of attributes, sign-up, sign-in and recovery in AWS's sentences",
        "aws/aws-sdk-js#1319, amplify-js#3526 and others, which the test names",
        "recorded",
    ),
    Behaviour(
        "cognito.characters",
        "Names have letters, marks, symbols, numbers and punctuation, those of attributes blanks too; no text "
        "has NUL or half of a surrogate pair",
        "botocore, Cognito user pools, patterns; aws-amplify/amplify-flutter#3125 for the words",
        "tools",
    ),
    Behaviour(
        "cognito.requests",
        "Values that are missing, too short or too long, or of another kind than their member, are refused; members "
        "that an action does not know are ignored",
        "botocore, Cognito user pools, required members and lengths",
        "tools",
    ),
    Behaviour(
        "cognito.verification",
        "A changed e-mail address is proven by a code, before the change if the pool says so",
        f"{_COGNITO}, Verifying updates to email addresses and phone numbers",
    ),
    Behaviour(
        "cognito.groups",
        "`cognito:groups` has the user's groups; a trigger changes it by `groupOverrideDetails` alone",
        f"{_COGNITO}, Pre token generation Lambda trigger",
    ),
    Behaviour(
        "cognito.challenges",
        "A challenge is answered with its session; a required second factor is set up before there are tokens",
        f"{_COGNITO_API}, RespondToAuthChallenge",
    ),
    Behaviour(
        "cognito.settings",
        "Sign-up by administrators only, SRP not enabled, deletion protection, recovery by verified addresses, case",
        f"{_COGNITO_API}, CreateUserPool, CreateUserPoolClient",
    ),
    Behaviour(
        "cognito.rotation",
        "Refresh tokens rotate: a new one each time, the old one ends after the grace period",
        f"{_COGNITO}, Refresh token rotation",
    ),
    Behaviour(
        "cognito.trigger-data",
        "PreSignUp is given `validationData` and `clientMetadata`",
        f"{_COGNITO}, Pre sign-up Lambda trigger",
    ),
    Behaviour(
        "cognito.named",
        "What the local Cognito lacks is refused by its name: actions and parameters",
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
        "Refusals of missing and wrong signatures in the shape of each service's protocol",
        "Each service's API Reference, Common Errors",
    ),
    Behaviour(
        "port.unsigned",
        "Without a signature: Cognito's public operations, the keys of user pools, signed upload forms, nothing else",
        "botocore, Cognito user pools, `authtype: none`",
        "tools",
    ),
    Behaviour(
        "port.identity",
        "Operations of Cognito identity pools are refused without a signature, also those that AWS answers",
        "(of this project)",
        "own",
    ),
    Behaviour(
        "port.actions",
        "Users and roles are asked about the action that runs, and denied where none is found",
        "IAM User Guide, Policy evaluation logic",
    ),
    Behaviour(
        "port.bodies",
        "A refusal before the body leaves the connection in order; an unsigned body is not kept beyond 1 MB",
        "RFC 9110, section 10.1.1",
    ),
    Behaviour(
        "port.pages",
        "No web page of another origin and no other Host gets in; odd paths are refused",
        "(of this project)",
        "own",
    ),
    # --- missing
    Behaviour(
        "missing.named",
        "What is not supported is refused by its name when it is configured",
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
        "Answered unsigned (botocore, `authtype: none`)",
        "Refused without a signature; the stack has no identity pool",
    ),
    Difference(
        "Anonymous requests to S3, function URLs and APIs of API Gateway",
        "Answered where a bucket policy, `AuthType: NONE` or the API allows it",
        "Refused: whatever is not in the table above needs a signature",
    ),
    Difference(
        "Signature Version 2, Version 4A (ECDSA), `UNSIGNED-PAYLOAD` outside of S3",
        "Partly accepted",
        "Refused: sign with AWS4-HMAC-SHA256 (boto3: `signature_version='s3v4'`)",
    ),
    Difference(
        "Fields that a mutation renamed by an alias, for its subscribers",
        "Contested: under the alias by aws/aws-appsync-community#160, amplify-js#3213 and elm-graphql#106",
        "Under the field's name; under the alias with `APPSYNC_DELIVERY=alias`, which tests run too. The API of this "
        "project is right with either: it refuses aliases there (ADR 0014)",
    ),
    Difference(
        "A renamed value that does not have the type of the field under whose name it goes out",
        "Not recorded",
        "With `APPSYNC_DELIVERY=alias`: null with an error, in graphql-java's words",
    ),
    Difference(
        "Re-declared AWS scalars and directives",
        "Refused: the prefix AWS is reserved",
        "Tolerated when like AppSync's own; code generators need them",
    ),
    Difference(
        "IAM policies on fields below the root",
        "Resources may name any type; the guide's examples name root fields",
        "Asked for the fields of Query, Mutation and Subscription; below them the directives decide",
    ),
    Difference(
        "Subscriptions to fields that the caller may not read",
        "The field is null or an error in events",
        "The subscription is refused when it starts",
    ),
    Difference(
        "Texts of rare errors",
        "AppSync's own, which nobody published",
        "The texts for depth, 413, 5 MB, for AWSTime, AWSEmail, AWSURL, AWSIPAddress and AWSJSON "
        "values that do not fit, and for kinds of validation errors that are not among the recorded ones are ours or "
        "graphql-java's",
    ),
    Difference(
        "Operations by GET",
        "Served, with the operation in the query string (graphql/graphql-over-http#81)",
        "Refused by name with 405, as is every method but POST and OPTIONS",
    ),
    Difference(
        "Statuses of other methods, of the real-time endpoint without an upgrade and of odd paths",
        "Not documented",
        "405, 400 and 400 with AppSync's error envelope",
    ),
    Difference(
        "Addresses below `/graphql`, such as `/graphql/ping`",
        "`UnknownOperationException` (aws-amplify/docs#2173); the status and the envelope are not recorded",
        "404 with AppSync's error envelope",
    ),
    Difference(
        "Words about a value of another kind than an object, such as `limit: 'x'`",
        "Not recorded",
        "Those recorded for objects: `Expected JSON integer for '$[limit]' but got a 'STRING' instead.`; text is not "
        "taken for a number",
    ),
    Difference(
        "Half of a surrogate pair, escaped in a request to DynamoDB",
        "Not recorded",
        "SerializationException, as for bytes that are not UTF-8; for resolvers `DynamoDB:DynamoDbException`",
    ),
    Difference(
        "`/graphql` with several APIs in an account",
        "Each API has a host of its own",
        "The API that `make up` deployed, else the oldest; others by `/v1/apis/<id>/graphql` or by host name",
    ),
    Difference(
        "AWSPhone",
        "Google's list of valid numbers, of some age: 575-222-2222 was refused, and +61483911111 did not go out",
        "Numbers without a country code, or with +1, by the North American Numbering Plan; others by their length. "
        "Both of these numbers are taken",
    ),
    Difference(
        "Strings for numbers and Booleans in variables",
        "Converted where graphql-java can (undocumented)",
        "Refused, as the GraphQL specification has it; going out they are converted",
    ),
    Difference(
        "Objects and lists in a String field",
        "Java's text, such as `{a=1}` (undocumented)",
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
        "Refused by name with `NotRunLocally`",
    ),
    Difference(
        "WebSocket close codes",
        "Not documented",
        "1000 after 24 h, 1001 at shutdown, 1008 for refusal and expiry, 1009 for size, 1011 for a bug",
    ),
    Difference(
        "A batch that DynamoDB leaves undone",
        "Asked for once more; then `ctx.error` with DynamoDB's own words",
        "The same with words of ours; MiniStack never leaves anything undone",
    ),
    Difference(
        "`util.time`: short names of zones, pattern letters F, g, p, B",
        "Java's, such as AWST",
        "Names are the JavaScript engine's, such as GMT+8; the letters are refused",
    ),
    Difference(
        "Java's regular expressions in `util.matches`, `replace`, `replaceAll`",
        "All of Java's",
        "Refused by name: possessive quantifiers, atomic groups, flags inside a pattern, the flags d, U and x, `\\G`, "
        "`\\X`, `\\N`, `\\b{g}`, Unicode blocks, Java's own character classes",
    ),
    Difference(
        "Texts of refusals at deploy of modules, missing globals and code that is too long",
        "Not public",
        "Texts of ours, as `LINT_ERROR`",
    ),
    Difference(
        "What AppSync cannot translate",
        "Recorded for `new`, functions handed to unknown methods, `String()` and some methods of `Math`, `Number` and "
        "`Array`",
        "In the same form, all that the guide leaves out: `throw`, class expressions, `BigInt`, conversions, methods",
    ),
    Difference(
        "Stricter than the ESLint plugin",
        "Passed by the plugin, absent from the guide",
        "Refused: globals such as `Map`, a function by its name handed to a method of a value whose type is unknown",
    ),
    Difference(
        "An array that grows while `for...of` goes through it",
        "What was added is not visited",
        "It is visited, as in JavaScript",
    ),
    Difference("Fields of an operation, with its fragments written out", "Not documented", "At most 10,000"),
    Difference(
        "Time of a handler",
        "Not documented; a request has 30 s",
        "3 s between two calls of data sources, then `ExecutionTimeout`",
    ),
    Difference(
        "Loop iterations",
        "1,000 in VTL's `#foreach`; none documented for APPSYNC_JS",
        "No number; time and memory end a loop",
    ),
    Difference(
        "`@aws-appsync/utils/rds`: joins, grouping, aggregates, subqueries, aliases of columns, `not`",
        "Rendered as SQL; no output is public",
        "Refused by name when the helper is called",
    ),
    Difference(
        "HTTP, EventBridge, OpenSearch, RDS, Bedrock data sources", "Called", "The resolver fails with `NotRunLocally`"
    ),
    Difference(
        "Caching",
        "Per request or per resolver",
        "CreateApiCache is refused by name; `evictFromApiCache` does nothing and is logged",
    ),
    Difference(
        "Conflict detection, delta sync", "VERSION with OPTIMISTIC_CONCURRENCY, AUTOMERGE, LAMBDA", "Refused by name"
    ),
    Difference("VTL", "Mapping templates", "Refused by name"),
    Difference(
        "Merged APIs, custom domain names, data source introspection, types one by one, the caller's credentials",
        "Supported",
        "Refused by name",
    ),
    Difference(
        "OPENID_CONNECT", "Tokens of any provider", "The API is created; a request with such a token is refused by name"
    ),
    Difference(
        "Cognito: text messages, passkeys, one-time passwords, `USER_AUTH`, device tracking, "
        "password history, confirmation by a link, triggers around authentication, migration and own senders, "
        "import jobs, terms, branding, risk configuration, log delivery, replicas",
        "Supported",
        "Refused by name",
    ),
    Difference(
        "Cognito: threat protection, `UserContextData`, `AnalyticsMetadata`, `EmailConfiguration`",
        "Risk is judged, events are counted, SES sends the e-mails",
        "Taken and kept; nothing is judged or counted, and no e-mail leaves the machine: every code is `123456`, "
        "that for a new password `654321`",
    ),
    Difference(
        "Cognito: a client without `ReadAttributes` or `WriteAttributes`",
        "The API reference says standard attributes, CDK's says custom ones too",
        "Custom attributes too, except those for developers",
    ),
    Difference(
        "Cognito: rates, failed attempts, lifetime of codes and of temporary passwords",
        "Limited",
        "Unlimited",
    ),
    Difference("Private APIs", "Reached from a VPC only", "The setting is kept; the endpoint is on loopback anyway"),
    Difference(
        "X-Ray, WAF, metrics, enhanced metrics",
        "Traces, rules, CloudWatch metrics",
        "Settings are kept; nothing is traced, blocked or counted",
    ),
    Difference(
        "Field-level logs", "Handlers with their whole context", "Tracing and failures; contexts are not written"
    ),
    Difference(
        "`ctx.error` of a Lambda data source",
        "Has `unhandledErrorType` too (aws/aws-appsync-community#386)",
        "`message` and `type`",
    ),
    Difference("Rates", "Request tokens, connections and messages a second are limited", "Unlimited"),
    Difference("How long logs stay", "As long as the log group says", "The last 2,000 to 4,000 lines of an API"),
)
