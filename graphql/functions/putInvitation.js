/**
 * Invites the user, unless the user joined, was invited or banned since readInvitee looked. What else the row holds, such
 * as a mute from before, stays.
 *
 * @dataSource memberships
 * @access dynamodb:UpdateItem,dynamodb:GetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, toMembership } from '../shared/membership';
import { toUpdate } from '../shared/update';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  if (ctx.stash.membership) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), userId: ctx.stash.userId }),
    update: toUpdate(
      {
        displayName: ctx.stash.displayName,
        role: 'MEMBER',
        state: 'INVITED',
        joinedAt: null,
        joinedSeq: 0,
        readSeq: 0,
        invitedBy: callerId(ctx),
        invitedAt: util.time.nowISO8601(),
        ...correlation(ctx),
      },
      {},
    ),
    condition: {
      expression: 'attribute_not_exists(roomId) OR #state = :left',
      expressionNames: { '#state': 'state' },
      expressionValues: util.dynamodb.toMapValues({ ':left': 'LEFT' }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    if (ctx.result?.state !== 'ACTIVE' && ctx.result?.state !== 'INVITED') {
      fail('Conflict', 'Somebody banned the user at the same moment. Lift the ban first, with unbanMember.');
    }
  } else {
    failOn(ctx.error);
  }
  ctx.stash.membership = toMembership(ctx.result);
}
