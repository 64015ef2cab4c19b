/**
 * Publishes a changed membership, as it is stored now, to the room's subscribers if the selection of the mutation was
 * incomplete.
 *
 * @requires IAM
 * @dataSource memberships
 * @access dynamodb:GetItem memberships
 */
import { util } from '@aws-appsync/utils';
import { fail, throwIfError } from '../shared/errors';
import { toMembership } from '../shared/membership';
import { published } from '../shared/selection';
import { requiredRoomId, requiredUserId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.publishMembershipChanged'>} ctx */
export function request(ctx) {
  const roomId = requiredRoomId('chatRoomId', ctx.args.chatRoomId);
  const userId = requiredUserId('userId', ctx.args.userId);
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ roomId, userId }), consistentRead: true };
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishMembershipChanged'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  if (!ctx.result) {
    fail('NotFound', 'The membership does not exist. Check chatRoomId and userId.');
  }
  return published(toMembership(ctx.result));
}
