/**
 * Moves the caller's read position forward, up to the room's last sequence number, and resets the mention count if all
 * mentions are read. Writes nothing if the position is already as far. If the condition fails, confirmRead reads the
 * reason.
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

/** @param {import('../shared/types').RequestContext<'markRead', { admission: import('../shared/types').Admission }>} ctx */
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

/** @param {import('../shared/types').ResponseContext<'markRead'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.markedMembership = ctx.result;
  }
}
