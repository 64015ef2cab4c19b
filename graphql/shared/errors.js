/**
 * Errors of operations: an error type of the API, and a message with the remedy.
 *
 * `Unauthorized` is only used for problems with the token, because clients act on it: Amplify treats it as an expired
 * token and closes the connection that all its subscriptions share (aws-amplify/amplify-js, AWSWebSocketProvider,
 * AUTH_ERROR_TYPES). A known caller who lacks a permission in the room gets `Forbidden`.
 */
import { util } from '@aws-appsync/utils';

/** @typedef {import('./types').ErrorType} ErrorType */
/** @typedef {{ message: string, type: string }} DataSourceError */

const conditionFailed = 'DynamoDB:ConditionalCheckFailedException';
const invalidCursor = [
  'DynamoDB:UserIllegalArgumentException',
  'DynamoDB:DynamoDbException',
  'DynamoDB:AmazonDynamoDBException',
];
const inTransaction = 'DynamoDB:TransactionConflictException';
const throttled = [
  'DynamoDB:ProvisionedThroughputExceededException',
  'DynamoDB:ThrottlingException',
  'DynamoDB:RequestLimitExceeded',
];

/**
 * Ends the operation.
 *
 * @param {ErrorType} type
 * @param {string} message
 * @param {Record<string, unknown>} [info] details for programs: the error's `errorInfo`
 * @returns {never}
 */
export function fail(type, message, info) {
  util.error(message, type, null, info ?? null);
}

/**
 * Ends the operation if the data source returned an error.
 *
 * @param {DataSourceError | null | undefined} error ctx.error, or an error from the stash
 */
export function throwIfError(error) {
  if (!error) {
    return;
  }
  if (throttled.indexOf(error.type) >= 0) {
    fail('RateLimited', 'Too many requests at once for this room. Wait one second, then retry the request unchanged.');
  }
  if (error.type === inTransaction) {
    fail('Conflict', 'The same item was changed by another request at the same time. Retry the request unchanged.');
  }
  util.error(error.message, error.type);
}

/**
 * Returns whether the condition of a write failed. Sources disagree on the content of ctx.result in this case: see
 * refusal.js.
 *
 * @param {DataSourceError | undefined} error ctx.error
 * @returns {boolean}
 */
export function isRefusedByCondition(error) {
  return error?.type === conditionFailed;
}

/**
 * Returns whether a list could not start at the client's nextToken: AppSync could not read it (the first type, as seen
 * in aws-amplify/amplify-cli#3411), or it belongs to another list and DynamoDB refused it with a ValidationException
 * (the other types, of the AWS SDK that AppSync uses). No other part of such a query comes from the client.
 *
 * @param {DataSourceError | undefined} error ctx.error
 * @returns {boolean}
 */
export function isInvalidCursor(error) {
  return !!error && invalidCursor.indexOf(error.type) >= 0;
}

/**
 * Ends the operation if a batch read is incomplete, which happens under throttling. A key that was not read must not
 * be treated as a missing row.
 *
 * @param {{ unprocessedKeys?: Record<string, unknown[]> | null }} result ctx.result of a BatchGetItem
 */
export function throwIfUnprocessedKeys(result) {
  const left = Object.values(result.unprocessedKeys ?? {});
  if (left.some((keys) => (keys ?? []).length > 0)) {
    fail('RateLimited', 'Too many requests at once for this room. Wait one second, then retry the request unchanged.');
  }
}

/**
 * Returns whether a transaction was cancelled: by one of its conditions, or by a concurrent write to the same rows.
 *
 * @param {DataSourceError | undefined} error ctx.error
 * @returns {boolean}
 */
export function isCancelled(error) {
  return error?.type === 'DynamoDB:TransactionCanceledException';
}
