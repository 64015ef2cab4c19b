/**
 * Takes the caller's reaction out again that was one emoji too many. Judged after the fact, because only the answer of the
 * write tells for certain which others are there.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { failTooManyEmoji, leaveReaction } from '../shared/reactions';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (!ctx.stash.isUndone) {
    runtime.earlyReturn({});
  }
  const event = leaveReaction(ctx, 'REACTION_REMOVED');
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
    update: {
      expression: `DELETE reactions :mine ADD changes :one${event.clause}`,
      expressionValues: {
        ...util.dynamodb.toMapValues({ ':one': 1, ...event.values }),
        ':mine': util.dynamodb.toStringSet([ctx.stash.reactionId]),
      },
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  failOn(ctx.error);
  failTooManyEmoji();
}
