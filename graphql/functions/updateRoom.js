/**
 * Changes the room's settings on condition that the room is not archived and has the expected version. If the condition
 * fails, confirmRoomChange reads the reason and revertLogEntry raises it.
 *
 * A rename stores the previous name and the actor in the row, from where the stream delivers them to the function that
 * posts the system message.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { callerId } from '../shared/identity';
import { admittedRoomId, authorName } from '../shared/membership';
import { noteChange } from '../shared/refusal';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'updateRoom'>} ctx */
export function request(ctx) {
  const { settings, expectedVersion, auditId } = ctx.stash;
  const renaming = settings.name
    ? { renamedBy: { auditId, actorId: callerId(ctx), actorName: authorName(ctx) }, ...correlation(ctx) }
    : {};
  const isOpen = 'attribute_exists(roomId) AND attribute_not_exists(archivedAt)';
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: toUpdate(
      { ...settings, ...renaming, updatedAt: util.time.nowISO8601(), lastChangeId: auditId },
      { version: 1 },
      settings.name ? { renamedFrom: 'name' } : {},
    ),
    condition:
      expectedVersion === null
        ? idempotencyCondition(auditId, isOpen)
        : idempotencyCondition(auditId, `${isOpen} AND #version = :expected`, {
            expressionNames: { '#version': 'version' },
            values: { ':expected': expectedVersion },
          }),
  };
}

/** @param {import('../shared/types').ResponseContext<'updateRoom'>} ctx */
export function response(ctx) {
  ctx.stash.room = noteChange(ctx);
}
