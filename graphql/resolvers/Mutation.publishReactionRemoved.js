/**
 * Brings a reaction that was taken back, by somebody who did not select all of it, to the subscriptions of its room.
 *
 * @requires IAM
 * @dataSource none
 */
import { published } from '../shared/selection';
import { refuseUnreadable } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  refuseUnreadable('input.', ctx.args.input);
  return { payload: ctx.args.input };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return published(ctx.result);
}
