/** What ends a handler before its last line, other than a mistake in it. */
import { codePosition } from './call.mjs';

/** `util.error` and `util.unauthorized`. */
export class ResolverFailure extends Error {
  constructor(message, type, data, info) {
    super(message);
    this.type = type;
    this.data = data;
    this.info = info;
  }
}

/**
 * The failure of a library function that refuses its input. AppSync puts the place of the call before such a message,
 * and not before the message of `util.error`.
 *
 * @param {string} message
 */
export const inputFailure = (message) => new ResolverFailure(`${codePosition(new Error().stack)}: ${message}`, 'Code', null, null);

/** `runtime.earlyReturn`. */
export class EarlyReturn extends Error {
  constructor(value, skipTo) {
    super('early return');
    this.value = value;
    this.skipTo = skipTo;
  }
}
