/** Exceptions with which the library ends a handler early. */
import { codePosition } from './call.mjs';

/** `util.error` and `util.unauthorized`. Neither this nor an early return is an Error: nothing needs its stack. */
export class ResolverFailure {
  constructor(message, type, data, info) {
    this.message = message;
    this.type = type;
    this.data = data;
    this.info = info;
  }
}

/**
 * The failure of a library function with invalid input. AppSync puts the position of the call before such a message,
 * but not before the message of `util.error`.
 *
 * @param {string} message
 */
export const inputFailure = (message) => new ResolverFailure(`${codePosition(new Error().stack)}: ${message}`, 'Code', null, null);

/** `runtime.earlyReturn`. */
export class EarlyReturn {
  constructor(value, skipTo) {
    this.value = value;
    this.skipTo = skipTo;
  }
}
