/**
 * Notifies a room that a member's account is being deleted, and ends the subscriptions of that member that leaving the
 * room would end. The others end as after leaving.
 *
 * @requires IAM
 * @authorizes
 * @dataSource none
 */
import { deletedName } from '../../contract/names.json';
import { toMembership } from '../shared/membership';
import { published } from '../shared/selection';
import { endSubscriptions } from '../shared/subscription';
import { assertReadable } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.publishMemberDeleted'>} ctx */
export function request(ctx) {
  assertReadable('', ctx.args);
  return { payload: { chatRoomId: ctx.args.chatRoomId, userId: ctx.args.userId } };
}

/** @param {import('../shared/types').ResponseContext<'Mutation.publishMemberDeleted'>} ctx */
export function response(ctx) {
  const { chatRoomId, userId } = ctx.result;
  endSubscriptions(chatRoomId, userId);
  return published(
    toMembership({
      roomId: chatRoomId,
      userId,
      displayName: deletedName,
      role: 'MEMBER',
      state: 'LEFT',
      joinedSeq: 0,
      readSeq: 0,
    }),
  );
}
