/**
 * Makes the caller a member of a public room, or of one that has invited the caller. Three writes and the index, no
 * transaction: the number of members can be one too high when AppSync itself dies between two of them or DynamoDB's
 * answer is lost, and never for any other reason.
 *
 * @requires SIGNED_IN
 * @requires INVITED if the room is not public
 * @pipeline loadJoiner, confirmMembership, countMember, confirmJoiner, countMember, activateMembership, confirmActivation, uncountMember
 */
import { checkSelection, withCompleteness } from '../shared/selection';
import { requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').ResolverContext<'Mutation.joinChatRoom'>} ctx */
export function request(ctx) {
  checkSelection(ctx, 'Membership');
  ctx.stash.roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  return {};
}

/** @param {import('../shared/types').ResolverContext<'Mutation.joinChatRoom'>} ctx */
export function response(ctx) {
  return withCompleteness(ctx, ctx.stash.membership);
}
