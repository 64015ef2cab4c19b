/**
 * Decrements the number of owners on condition that another owner remains, before the owner loses the role. Only
 * archived rooms have no owner. If the condition fails, confirmRelease reads the reason.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { admittedRoomId } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'releaseOwner'>} ctx */
export function request(ctx) {
  if (!ctx.stash.plan?.losesOwner) {
    runtime.earlyReturn({});
  }
  const changeId = util.autoUlid();
  ctx.stash.releaseId = changeId;
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: toUpdate({ lastChangeId: changeId }, { ownerCount: -1 }),
    condition: idempotencyCondition(changeId, '(ownerCount > :one OR attribute_exists(archivedAt))', { values: { ':one': 1 } }),
  };
}

/** @param {import('../shared/types').ResponseContext<'releaseOwner'>} ctx */
export function response(ctx) {
  ctx.stash.isOwnerReleased = !noteRefusal(ctx);
}
