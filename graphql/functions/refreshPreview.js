/**
 * Brings the room's preview of its last message up to date, where the message of the stash is the last one.
 *
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { cut } from '../shared/characters';
import { failOn, isRefusedByCondition } from '../shared/errors';
import { previewLength } from '../shared/limits';
import { admittedRoomId } from '../shared/membership';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const row = /** @type {import('../shared/types').MessageRow} */ (ctx.stash.row);
  // The room was read a moment ago: one that has come further since is further still.
  if (ctx.stash.room.lastSeq > row.seq) {
    runtime.earlyReturn({});
  }
  const content = row.content && cut(row.content, previewLength);
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: content
      ? {
          expression: 'SET lastMessage.content = :content',
          expressionValues: util.dynamodb.toMapValues({ ':content': content }),
        }
      : { expression: 'REMOVE lastMessage.content' },
    condition: {
      expression: 'lastSeq = :seq AND attribute_exists(lastMessage)',
      expressionValues: util.dynamodb.toMapValues({ ':seq': row.seq }),
    },
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  if (!isRefusedByCondition(ctx.error)) {
    failOn(ctx.error);
  }
}
