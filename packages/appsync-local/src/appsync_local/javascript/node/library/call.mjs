/** What one call into the sandbox gathers besides its result. */

// The library calls itself some levels deep; the place in the resolver's code must still be in the stack.
Error.stackTraceLimit = 40;

let current = null;

/** Start to gather, for the handlers that run until the next call. */
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

/** Where in the resolver's code the library was called from, as `code.js:line:column`. */
export function codePosition(stack) {
  const match = /code\.js:\d+:\d+/.exec(stack ?? '');
  return match ? match[0] : 'code.js';
}
