/**
 * Archives the room. If it is already archived, confirmRoomChange reads it and returns it, and revertLogEntry removes
 * the entry from the moderation log.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { util } from '@aws-appsync/utils';
import { admittedRoomId } from '../shared/membership';
import { noteChange } from '../shared/refusal';
import { toUpdate } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'archiveRoom'>} ctx */
export function request(ctx) {
  const now = util.time.nowISO8601();
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: toUpdate(
      { archivedAt: now, updatedAt: now, listedVisibility: null, lastChangeId: ctx.stash.auditId },
      { version: 1 },
    ),
    condition: { expression: 'attribute_exists(roomId) AND attribute_not_exists(archivedAt)' },
  };
}

/** @param {import('../shared/types').ResponseContext<'archiveRoom'>} ctx */
export function response(ctx) {
  ctx.stash.room = noteChange(ctx);
}
