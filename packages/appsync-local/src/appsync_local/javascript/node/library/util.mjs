/** `util`: AWS AppSync developer guide, "Built-in utilities", with the members of the types of @aws-appsync/utils. */
import { dynamodb } from './util.dynamodb.mjs';
import { base64Decode, base64Encode, escapeJavaScript, urlDecode, urlEncode } from './encoding.mjs';
import { http } from './util.http.mjs';
import { autoId, autoKsuid, autoUlid } from './id_generation.mjs';
import { javaPattern } from './java_pattern.mjs';
import { math } from './util.math.mjs';
import { rds } from './util.rds.mjs';
import { ResolverFailure } from './signals.mjs';
import { str } from './util.str.mjs';
import { time } from './util.time.mjs';
import { transform } from './util.transform.mjs';
import { xml } from './util.xml.mjs';
import { currentCall } from './call.mjs';

const absentAsNull = (value) => (value === undefined ? null : value);

const hasAll = (identity, keys) => keys.every((key) => identity[key] !== undefined && identity[key] !== null);

/** Return the authorization mode, derived from the shape of `ctx.identity`, as in AppSync's answers. */
function authType() {
  const { identity } = currentCall();
  if (identity === null || identity === undefined) return 'API Key Authorization';
  const keys = Object.keys(identity);
  if (keys.length === 0 || 'resolverContext' in identity) return 'Lambda Authorization';
  if (hasAll(identity, ['userArn', 'accountId', 'sourceIp'])) return 'IAM Authorization';
  if (hasAll(identity, ['sub', 'issuer', 'claims', 'username', 'sourceIp', 'defaultAuthStrategy'])) {
    return 'User Pool Authorization';
  }
  if (keys.length === 3 && hasAll(identity, ['sub', 'issuer', 'claims'])) return 'Open ID Connect Authorization';
  return 'API Key Authorization';
}

function appendError(message, errorType, data, errorInfo) {
  const call = currentCall();
  const error = JSON.parse(
    JSON.stringify({ message: String(message), type: absentAsNull(errorType), data: absentAsNull(data), info: absentAsNull(errorInfo) }),
  );
  call.errors.push(error);
  call.outErrors.push(error);
}

export const util = {
  appendError,
  authType,
  autoId,
  autoKsuid,
  autoUlid,
  base64Decode,
  base64Encode,
  dynamodb,
  escapeJavaScript,
  http,
  math,
  rds,
  str,
  time,
  transform,
  urlDecode,
  urlEncode,
  xml,

  /** End the handler. AppSync ignores calls whose message or type is not a string (aws/aws-appsync-community#384). */
  error(message, errorType, data, errorInfo) {
    const isText = typeof message === 'string' && (absentAsNull(errorType) === null || typeof errorType === 'string');
    if (!isText) return;
    throw new ResolverFailure(message, absentAsNull(errorType), absentAsNull(data), absentAsNull(errorInfo));
  },

  /** End the handler. The message has the field's type (aws-amplify/amplify-js#7220), or the type Subscription. */
  unauthorized() {
    const { info, returnType } = currentCall();
    const message = info?.fieldName ? `Not Authorized to access ${info.fieldName} on type ${returnType ?? info.parentTypeName}` : 'Unauthorized';
    throw new ResolverFailure(message, 'Unauthorized', null, null);
  },

  /** Return whether the value contains a match of the pattern, a Java regular expression. */
  matches(pattern, value) {
    return javaPattern(String(pattern)).test(String(value));
  },
};
