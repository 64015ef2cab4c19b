/**
 * Increments the member count on condition that the caller may join the room, and reads the sequence number at which
 * the member joins. Runs before the membership is written, which needs that number. Runs twice in its pipeline: the
 * second time for a caller whose invitation only confirmJoiner found.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { failChangedMembership } from '../shared/joinRules';
import { noteRefusal } from '../shared/refusal';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'countMember'>} ctx */
export function request(ctx) {
  if (ctx.stash.membership || ctx.stash.isCounted) {
    runtime.earlyReturn({});
  }
  const rule = ctx.stash.isInvited
    ? { text: 'visibility <> :visibility', visibility: 'DIRECT' }
    : { text: 'visibility = :visibility', visibility: 'PUBLIC' };
  const changeId = util.autoUlid();
  ctx.stash.joinId = changeId;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }),
    update: toUpdate({ lastChangeId: changeId }, { memberCount: 1 }),
    condition: idempotencyCondition(changeId, `attribute_exists(roomId) AND ${rule.text} AND attribute_not_exists(archivedAt)`, {
      values: { ':visibility': rule.visibility },
    }),
  };
}

/** @param {import('../shared/types').ResponseContext<'countMember'>} ctx */
export function response(ctx) {
  const isSecond = ctx.stash.isRefused === false;
  if (!noteRefusal(ctx)) {
    ctx.stash.isCounted = true;
    ctx.stash.joinedSeq = ctx.result.lastSeq;
  } else if (isSecond) {
    failChangedMembership();
  }
}
