/**
 * Takes an owner out of the count of owners on condition that another one stays, before the owner is anything less. A
 * room without an owner there is only when it is archived.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { admittedRoomId, failUnknownRoom } from '../shared/membership';
import { errorOfChange, toUpdate, unlessDone } from '../shared/update';

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
    condition: unlessDone(changeId, '(ownerCount > :one OR attribute_exists(archivedAt))', { values: { ':one': 1 } }),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const error = errorOfChange(ctx, ctx.stash.releaseId);
  if (!isRefusedByCondition(error)) {
    failOn(error);
    ctx.stash.isOwnerReleased = true;
    return;
  }
  if (!ctx.result) {
    failUnknownRoom();
  }
  if (!ctx.stash.plan.mayArchive || ctx.result.memberCount !== 1) {
    fail('Conflict', 'This is the last owner of the room. Make another member an owner first, with setMemberRole.');
  }
  ctx.stash.isArchiving = true;
}
