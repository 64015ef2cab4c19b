/**
 * Makes a tombstone of a message: place, author and times stay, what was said goes, and never comes back. By its author,
 * or by who keeps order in the room; what the backend says by the latter only.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, keepsOrder } from '../shared/membership';
import { failUnknownMessage, isShown, isWrittenBy, systemType, voidType } from '../shared/message';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const ownOnly = keepsOrder(ctx) ? '' : ' AND authorId = :me AND #type <> :system';
  const me = callerId(ctx);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
    update: {
      expression:
        'SET deletedAt = :now, deletedBy = :me ' +
        'REMOVE content, mentions, mentionsRoom, attachments, reactions, overflowTotal, flagged, systemEvent ' +
        'ADD changes :one',
      expressionValues: util.dynamodb.toMapValues({ ':now': util.time.nowISO8601(), ':me': me, ':one': 1 }),
    },
    condition: {
      expression:
        'attribute_exists(roomId) AND #type <> :void AND attribute_not_exists(deletedAt) ' +
        `AND (attribute_not_exists(expiresAt) OR expiresAt > :seconds)${ownOnly}`,
      expressionNames: { '#type': 'type' },
      expressionValues: util.dynamodb.toMapValues({
        ':void': voidType,
        ':seconds': util.time.nowEpochSeconds(),
        ...(ownOnly ? { ':me': me, ':system': systemType } : {}),
      }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!isRefusedByCondition(ctx.error)) {
    failOn(ctx.error);
    ctx.stash.row = ctx.result;
    ctx.stash.isErased = true;
    return;
  }
  const row = ctx.result;
  if (!isShown(row)) {
    failUnknownMessage();
  }
  if (!row.deletedAt || (!isWrittenBy(row, callerId(ctx)) && !keepsOrder(ctx))) {
    fail('Unauthorized', 'Only the author of a message, or a moderator of the room, can delete it.');
  }
  ctx.stash.row = row;
}
