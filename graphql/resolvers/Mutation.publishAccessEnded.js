/**
 * Ends the subscriptions of a user to a room that the mutation which removed the user could not end.
 *
 * @requires IAM
 * @authorizes
 * @dataSource none
 */
import { endRemainingSubscriptions } from '../shared/subscription';
import { assertReadable } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.publishAccessEnded'>} ctx */
export function request(ctx) {
  assertReadable('', ctx.args);
  return { payload: { chatRoomId: ctx.args.chatRoomId, userId: ctx.args.userId } };
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishAccessEnded'>} ctx */
export function response(ctx) {
  const { chatRoomId, userId } = ctx.result;
  endRemainingSubscriptions(chatRoomId, userId);
  return ctx.result;
}
