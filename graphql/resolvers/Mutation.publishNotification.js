/**
 * Brings a notification, which the backend has stored, to the subscriptions of its user.
 *
 * @requires IAM
 * @dataSource none
 */
import { refuseUnreadable } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  refuseUnreadable('input.', ctx.args.input);
  return { payload: ctx.args.input };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return ctx.result;
}
