/**
 * Moves the caller's read marker forward, never back and never beyond the room's last number. Mentions that are read by
 * that are taken out of the count; one that comes in between keeps its place. Nothing is written where the marker stands
 * as far already. Why it is not moved, confirmRead reads.
 *
 * @authorizes OWN_MEMBERSHIP
 * @dataSource memberships
 * @access dynamodb:UpdateItem,dynamodb:GetItem memberships
 */
import { runtime, util } from '@aws-appsync/utils';
import { callerId } from '../shared/identity';
import { admittedRoomId, failNotMember } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { unpublishedEventUpdate } from '../shared/unpublished';

/** @param {import('../shared/types').Context<{ admission: import('../shared/types').Admission }>} ctx */
export function request(ctx) {
  const { room, admission } = ctx.stash;
  const roomId = admittedRoomId(ctx);
  const membership = /** @type {import('../shared/types').MembershipRow | null} */ (admission.membership);
  if (membership?.state !== 'ACTIVE') {
    failNotMember();
  }
  const seq = Math.min(ctx.stash.seq, room.lastSeq);
  ctx.stash.seq = seq;
  if (membership.readSeq >= seq) {
    ctx.stash.markedMembership = membership;
    runtime.earlyReturn({});
  }
  const mentionSeq = membership.lastMentionSeq ?? 0;
  const clears = mentionSeq > 0 && mentionSeq <= seq;
  const event = unpublishedEventUpdate(ctx, { kind: 'MEMBERSHIP' });
  const removed = [...(clears ? ['mentionCount'] : []), ...(event.andRemove ? ['unpublished'] : [])];
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId, userId: callerId(ctx) }),
    update: {
      expression: `SET readSeq = :seq${event.andSet}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`,
      expressionValues: util.dynamodb.toMapValues({ ':seq': seq, ...event.values }),
    },
    condition: {
      expression: `readSeq < :read AND #state = :active${clears ? ' AND lastMentionSeq = :mention' : ''}`,
      expressionNames: { '#state': 'state' },
      expressionValues: util.dynamodb.toMapValues({
        ':read': seq,
        ':active': 'ACTIVE',
        ...(clears ? { ':mention': mentionSeq } : {}),
      }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.markedMembership = ctx.result;
  }
}
