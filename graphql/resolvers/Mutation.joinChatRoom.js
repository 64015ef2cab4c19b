/**
 * Makes the caller a member of a public room, or of a room that has invited the caller. Takes three writes and the
 * index, without a transaction: the member count can become one too high if AppSync fails between two writes or
 * DynamoDB's response is lost, and in no other case.
 *
 * @requires SIGNED_IN
 * @requires INVITED if the room is not public
 * @pipeline loadJoiner, confirmMembership, countMember, confirmJoiner, countMember, activateMembership, confirmActivation, uncountMember
 */
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.joinChatRoom'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.joinChatRoom'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
