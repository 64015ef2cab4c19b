/**
 * Reads what is at the message's number, strongly consistently, if the number was taken: the message of an earlier call is
 * the answer; from a number that was closed a repeated call goes on. Costs nothing for a message that was written.
 *
 * A reply that this call itself wrote, because DynamoDB's answer was lost and AppSync asked twice, is still to be counted.
 *
 * @authorizes
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { voidType } from '../../contract/names.json';
import { acceptSentMessage, failNotSent } from '../shared/idempotency';
import { admittedRoomId } from '../shared/membership';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow | null} */ (refusedRow(ctx));
  if (!row || row.type === voidType) {
    failNotSent();
  }
  acceptSentMessage(ctx, row);
  ctx.stash.isWritten = !!row.attemptId && row.attemptId === ctx.stash.attemptId;
}
