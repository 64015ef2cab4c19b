/**
 * Takes an owner out of the count of owners on condition that another one stays, before the owner is anything less. A
 * room without an owner there is only when it is archived. Why it is refused, confirmRelease reads.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { admittedRoomId } from '../shared/membership';
import { noteRefusal } from '../shared/refusal';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').Context} ctx */
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

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  ctx.stash.isOwnerReleased = !noteRefusal(ctx);
}
