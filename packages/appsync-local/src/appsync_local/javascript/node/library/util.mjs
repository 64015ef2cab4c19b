/** `util`: AWS AppSync developer guide, "Built-in utilities", with the members that the types of @aws-appsync/utils have. */
import { authType } from './authentication.mjs';
import { dynamodb } from './attribute_values.mjs';
import { base64Decode, base64Encode, escapeJavaScript, urlDecode, urlEncode } from './encoding.mjs';
import { http } from './http.mjs';
import { autoId, autoKsuid, autoUlid } from './identifiers.mjs';
import { javaPattern } from './java_pattern.mjs';
import { math } from './math.mjs';
import { rds } from './rds_result.mjs';
import { ResolverFailure } from './signals.mjs';
import { str } from './strings.mjs';
import { time } from './time.mjs';
import { transform } from './transform.mjs';
import { xml } from './xml.mjs';
import { currentCall } from './call.mjs';

const absentAsNull = (value) => (value === undefined ? null : value);

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

  /** AppSync ignores the call when the message or the type is not a string (aws/aws-appsync-community#384). */
  error(message, errorType, data, errorInfo) {
    const isText = typeof message === 'string' && (absentAsNull(errorType) === null || typeof errorType === 'string');
    if (!isText) return;
    throw new ResolverFailure(message, absentAsNull(errorType), absentAsNull(data), absentAsNull(errorInfo));
  },

  /** AppSync names the type that the field gives (aws-amplify/amplify-js#7220); of a subscription, that it is one. */
  unauthorized() {
    const { info, returnType } = currentCall();
    const message = info?.fieldName ? `Not Authorized to access ${info.fieldName} on type ${returnType ?? info.parentTypeName}` : 'Unauthorized';
    throw new ResolverFailure(message, 'Unauthorized', null, null);
  },

  /** Whether the pattern, a Java regular expression, is found in the value. */
  matches(pattern, value) {
    return javaPattern(String(pattern)).test(String(value));
  },
};
