/**
 * Brings a change of presence that the backend has made to the subscriptions of a room. Only IAM may call it.
 *
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
