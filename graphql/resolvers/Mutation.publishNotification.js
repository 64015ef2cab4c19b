/**
 * Brings a notification, which the backend has stored, to the subscriptions of its user. Only IAM may call it.
 *
 * @dataSource none
 */

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return { payload: ctx.args.input };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return ctx.result;
}
