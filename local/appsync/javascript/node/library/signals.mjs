/** What ends a handler before its last line, other than a mistake in it. */

/** `util.error` and `util.unauthorized`. */
export class ResolverFailure extends Error {
  constructor(message, type, data, info) {
    super(message);
    this.type = type;
    this.data = data;
    this.info = info;
  }
}

/** `runtime.earlyReturn`. */
export class EarlyReturn extends Error {
  constructor(value, skipTo) {
    super('early return');
    this.value = value;
    this.skipTo = skipTo;
  }
}
