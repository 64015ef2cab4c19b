/**
 * Reads, strongly consistently, what a refused write of createMessage was about. If the message's number was taken: the
 * message of an earlier call, which is the answer; from a number that was closed a repeated call goes on. If the reply was
 * not counted: the message that the thread starts from. Costs nothing for any other message.
 *
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { runtime, util } from '@aws-appsync/utils';
import { failOn } from '../shared/errors';
import { answerSent, failNotSent } from '../shared/marker';
import { admittedRoomId } from '../shared/membership';
import { toThreadRoot, voidType } from '../shared/message';
import { requiredMessageId } from '../shared/validation';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const { isPlaceTaken, isCountUncertain, threadId } = ctx.stash;
  if (!isPlaceTaken && !isCountUncertain) {
    runtime.earlyReturn({});
  }
  const seq = isPlaceTaken ? ctx.stash.seq : requiredMessageId('threadId', threadId).seq;
  return {
    operation: 'GetItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx), seq }),
    consistentRead: true,
  };
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow | null} */ (ctx.result);
  if (ctx.stash.isPlaceTaken) {
    failOn(ctx.error);
    if (!row || row.type === voidType) {
      failNotSent();
    }
    answerSent(ctx, row);
    return;
  }
  // The reply is sent, whether or not the root can be read: an error would say that it is not.
  if (!ctx.error && row && row.type !== voidType) {
    ctx.stash.message = { ...ctx.stash.message, threadRoot: toThreadRoot(row) };
  }
}
