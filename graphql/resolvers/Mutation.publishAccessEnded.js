/**
 * Ends those subscriptions of a user to a room that the mutation which sent the user away could not end itself. Only
 * IAM may call it.
 *
 * @dataSource none
 */
import { endRemainingSubscriptions } from '../shared/subscription';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return { payload: { chatRoomId: ctx.args.chatRoomId, userId: ctx.args.userId } };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const { chatRoomId, userId } = ctx.result;
  endRemainingSubscriptions(chatRoomId, userId);
  return ctx.result;
}
