/** Data that one call into the sandbox collects besides its result. */

// The library's own calls nest several levels deep; the stack must still contain the position in the resolver's code.
Error.stackTraceLimit = 40;

let current = null;

/** Start collecting, for the handlers that run until the next call. */
export function beginCall(outErrors) {
  current = {
    info: null,
    returnType: null,
    identity: null,
    errors: [],
    outErrors: [...outErrors],
    logs: [],
    responseHeaders: {},
    subscriptionFilter: null,
    invalidationFilter: null,
    invalidations: [],
    evictions: [],
  };
  return current;
}

export const currentCall = () => current;

/** Return the position in the resolver's code from which the library was called, as `code.js:line:column`. */
export function codePosition(stack) {
  const match = /code\.js:\d+:\d+/.exec(stack ?? '');
  return match ? match[0] : 'code.js';
}
