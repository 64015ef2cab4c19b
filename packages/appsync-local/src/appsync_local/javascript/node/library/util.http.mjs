/** `util.http`: AWS AppSync developer guide, "HTTP helpers in util.http". */
import { currentCall } from './call.mjs';
import { ResolverFailure } from './signals.mjs';

const NOT_COPIED = ['transfer-encoding', 'connection', 'host', 'expect', 'keep-alive', 'upgrade', 'proxy-authenticate',
  'proxy-authorization', 'te', 'content-length'];
const RESERVED = [...NOT_COPIED, 'content-type', 'content-encoding', 'date', 'via', 'server', 'trailer', 'access-control-allow-origin'];
const RESERVED_PREFIXES = ['x-amzn-', 'x-amz-'];
const MOST_BYTES = 4096;

function addResponseHeader(name, value) {
  const header = String(name).toLowerCase();
  if (RESERVED.includes(header) || RESERVED_PREFIXES.some((prefix) => header.startsWith(prefix))) {
    throw new ResolverFailure(`The response header ${name} is reserved`, 'BadRequest', null, null);
  }
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header)) {
    throw new ResolverFailure(`${name} is no name of an HTTP header`, 'BadRequest', null, null);
  }
  const { responseHeaders } = currentCall();
  responseHeaders[header] = (typeof value === 'string' ? value : JSON.stringify(value) ?? '').replace(/[\r\n]/g, ' ');
  const size = Object.entries(responseHeaders).reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  if (size > MOST_BYTES) throw new ResolverFailure('Response headers exceed 4 KB', 'BadRequest', null, null);
}

export const http = {
  copyHeaders: (headers) =>
    Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => !NOT_COPIED.includes(name.toLowerCase()))),
  addResponseHeader,
  addResponseHeaders(headers) {
    for (const [name, value] of Object.entries(headers ?? {})) addResponseHeader(name, value);
  },
};
