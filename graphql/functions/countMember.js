/**
 * Counts the new member, on condition that the room is open to the caller, and learns where in the room the member
 * comes in. Before the membership, because the membership needs that place. Stands twice in its pipeline: the second
 * time for a caller whose invitation the first, cheaper read did not see yet, but confirmJoiner did.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { failChangedMembership } from '../shared/joinRules';
import { noteRefusal } from '../shared/refusal';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').Context} ctx */
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

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const isSecond = ctx.stash.isRefused === false;
  if (!noteRefusal(ctx)) {
    ctx.stash.isCounted = true;
    ctx.stash.joinedSeq = ctx.result.lastSeq;
  } else if (isSecond) {
    failChangedMembership();
  }
}
