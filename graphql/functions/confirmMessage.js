/**
 * Reads the row at the message's sequence number with strong consistency if the number was taken. Returns the message
 * of an earlier call, or ends the operation if the number was closed. Costs nothing if the message was written.
 *
 * A reply that this call wrote itself, before AppSync retried, is still to be counted.
 *
 * @authorizes
 * @dataSource messages
 * @access dynamodb:GetItem messages
 */
import { voidType } from '../../contract/names.json';
import { acceptSentMessage, failNotSent } from '../shared/idempotency';
import { admittedRoomId } from '../shared/membership';
import { readRefused, refusedRow } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'confirmMessage'>} ctx */
export function request(ctx) {
  return readRefused(ctx, { roomId: admittedRoomId(ctx), seq: ctx.stash.seq });
}

/** @param {import('../shared/types').ResponseContext<'confirmMessage'>} ctx */
export function response(ctx) {
  const row = /** @type {import('../shared/types').MessageRow | null} */ (refusedRow(ctx));
  if (!row || row.type === voidType) {
    failNotSent();
  }
  acceptSentMessage(ctx, row);
  ctx.stash.isWritten = !!row.attemptId && row.attemptId === ctx.stash.attemptId;
}
