/**
 * Invites the user, unless the user joined, was invited or was banned since readInvitee, which confirmInvitation reads.
 * Other attributes of the row, such as a mute, are kept.
 *
 * @dataSource memberships
 * @access dynamodb:UpdateItem,dynamodb:GetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { callerId } from '../shared/identity';
import { admittedRoomId, toMembership } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { unpublishedEvent } from '../shared/unpublished';
import { toUpdate } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'putInvitation'>} ctx */
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
        unpublished: unpublishedEvent(ctx, { kind: 'MEMBERSHIP' }),
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

/** @param {import('../shared/types').ResponseContext<'putInvitation'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.membership = toMembership(ctx.result);
  }
}
