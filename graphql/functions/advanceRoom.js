/**
 * Allocates the room's next sequence number for the message in the stash, and makes the message the room's preview.
 * Skipped if the message already has a usable number. If the condition fails, confirmNumber reads the reason.
 *
 * Also removes attributes that a rename or an event left for the stream: the stream's filter passes rooms with these
 * attributes, and most changes of a room are messages.
 *
 * A sender that is interrupted after this step leaves an unused sequence number, which messagesByRoom closes with VOID.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { previewLength } from '../../contract/limits.json';
import { cut } from '../shared/characters';
import { throwIfError, isRefusedByCondition } from '../shared/errors';
import { passingAttributes } from '../shared/fields';
import { callerId } from '../shared/identity';
import { admittedRoomId, authorName } from '../shared/membership';
import { daySeconds, retentionDays } from '../shared/room';

/** @param {import('../shared/types').RequestContext<'advanceRoom'>} ctx */
export function request(ctx) {
  if (ctx.stash.message || ctx.stash.seq || ctx.stash.refusedBy) {
    runtime.earlyReturn({});
  }
  const now = util.time.nowISO8601();
  ctx.stash.createdAt = now;
  const preview = {
    type: ctx.stash.type,
    content: cut(ctx.stash.content, previewLength),
    authorId: callerId(ctx),
    authorName: authorName(ctx),
    createdAt: now,
  };
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: {
      expression: `ADD lastSeq :one SET lastMessage = :preview, lastMessageAt = :now REMOVE ${passingAttributes.join(', ')}`,
      expressionValues: util.dynamodb.toMapValues({ ':one': 1, ':preview': preview, ':now': now }),
    },
    condition: {
      expression:
        'attribute_exists(roomId) AND attribute_not_exists(archivedAt) ' +
        'AND (attribute_not_exists(frozen) OR frozen = :no)',
      expressionValues: util.dynamodb.toMapValues({ ':no': false }),
    },
  };
}

/** @param {import('../shared/types').ResponseContext<'advanceRoom'>} ctx */
export function response(ctx) {
  if (isRefusedByCondition(ctx.error)) {
    ctx.stash.refusedBy = 'room';
    return;
  }
  throwIfError(ctx.error);
  const room = /** @type {import('../shared/types').RoomRow} */ (ctx.result);
  ctx.stash.seq = room.lastSeq;
  const days = retentionDays(room);
  ctx.stash.expiresAt = days ? util.time.nowEpochSeconds() + days * daySeconds : null;
}
