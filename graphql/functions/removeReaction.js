/**
 * Takes the caller's reaction out of the set in the message; removing twice removes once. If it is not in the set,
 * confirmReactionGone goes on.
 *
 * @authorizes MEMBER
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { admittedRoomId } from '../shared/membership';
import { failIfClosedToReactions, leaveReaction } from '../shared/reactions';
import { noteRefusal } from '../shared/refusal';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { seq, reactionId } = ctx.stash;
  const roomId = admittedRoomId(ctx);
  failIfClosedToReactions(ctx);
  const event = leaveReaction(ctx, 'REACTION_REMOVED');
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId, seq }),
    update: {
      expression: `DELETE reactions :mine ADD changes :one${event.clause}`,
      expressionValues: {
        ...util.dynamodb.toMapValues({ ':one': 1, ...event.values }),
        ':mine': util.dynamodb.toStringSet([reactionId]),
      },
    },
    condition: {
      expression:
        'contains(reactions, :id) AND attribute_not_exists(deletedAt) ' +
        'AND (attribute_not_exists(expiresAt) OR expiresAt > :seconds)',
      expressionValues: util.dynamodb.toMapValues({
        ':id': reactionId,
        ':seconds': util.time.nowEpochSeconds(),
      }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.row = ctx.result;
  }
}
