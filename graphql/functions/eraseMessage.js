/**
 * Makes a tombstone of a message that the caller wrote. Any other, also what the backend says of the caller, is left to
 * eraseOthersMessage, where the caller keeps order in the room.
 *
 * @dataSource messages
 * @access dynamodb:UpdateItem,dynamodb:GetItem messages
 */
import { util } from '@aws-appsync/utils';
import { fail, failOn, isRefusedByCondition } from '../shared/errors';
import { callerId } from '../shared/identity';
import { admittedRoomId, keepsOrder } from '../shared/membership';
import { failUnknownMessage, isShown, isWrittenBy, systemType } from '../shared/message';
import { deletable, tombstoneUpdate } from '../shared/tombstone';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq: ctx.stash.seq }),
    update: tombstoneUpdate(ctx),
    condition: deletable(' AND authorId = :author AND #type <> :system', { ':author': callerId(ctx), ':system': systemType }),
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow | null} */ (ctx.result);
  ctx.stash.row = row;
  if (!isRefusedByCondition(ctx.error)) {
    failOn(ctx.error);
    return;
  }
  if (!isShown(row)) {
    failUnknownMessage();
  }
  if (!isWrittenBy(row, callerId(ctx)) && !keepsOrder(ctx)) {
    fail('Forbidden', 'Only the author of a message, or a moderator of the room, can delete it.');
  }
  ctx.stash.isOthers = !row.deletedAt;
}
