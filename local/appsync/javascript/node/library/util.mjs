/** `util`: AWS AppSync developer guide, "Built-in utilities", and what the developer guide lists for `$util` beside it. */
import { authType } from './authentication.mjs';
import { dynamodb } from './attribute_values.mjs';
import { base64Decode, base64Encode, escapeJavaScript, urlDecode, urlEncode } from './encoding.mjs';
import { http } from './http.mjs';
import { autoId, autoKsuid, autoUlid } from './identifiers.mjs';
import { math } from './math.mjs';
import { rds } from './rds_result.mjs';
import { ResolverFailure } from './signals.mjs';
import { str } from './strings.mjs';
import { time } from './time.mjs';
import { transform } from './transform.mjs';
import * as values from './values.mjs';
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
  ...values,
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

  error(message, errorType, data, errorInfo) {
    throw new ResolverFailure(String(message), absentAsNull(errorType), absentAsNull(data), absentAsNull(errorInfo));
  },

  unauthorized() {
    const { parentTypeName, fieldName } = currentCall().info ?? {};
    const message = fieldName ? `Not Authorized to access ${fieldName} on type ${parentTypeName}` : 'Unauthorized';
    throw new ResolverFailure(message, 'Unauthorized', null, null);
  },

  /** Fail with a CustomTemplateException, AppSync's type for it, unless the condition holds. */
  validate(condition, message, errorType, data) {
    if (!condition) throw new ResolverFailure(String(message), errorType ?? 'CustomTemplateException', absentAsNull(data), null);
  },

  /** Tell whether the pattern is found in the value. */
  matches(pattern, value) {
    return new RegExp(pattern, 'u').test(String(value));
  },
};
