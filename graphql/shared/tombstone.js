/**
 * Deletion of a message: a tombstone keeps its sequence number, author and times; the content is removed permanently.
 */
import { util } from '@aws-appsync/utils';
import { voidType } from '../../contract/names.json';
import { correlation } from './correlation';
import { erasedAttributes } from './fields';
import { callerId } from './identity';
import { unpublishedEventUpdate } from './unpublished';


/**
 * @param {import('./types').Context<'isDelivered'>} ctx
 * @returns {{ expression: string, expressionValues: any }} the update that turns the message into a tombstone
 */
export function tombstoneUpdate(ctx) {
  const { requestId } = correlation(ctx);
  const event = unpublishedEventUpdate(ctx, { kind: 'DELETED' });
  return {
    expression:
      `SET deletedAt = :now, deletedBy = :me${requestId ? ', requestId = :request' : ''}${event.andSet} ` +
      `REMOVE ${erasedAttributes.join(', ')}` +
      `${event.andRemove} ADD changes :one`,
    expressionValues: util.dynamodb.toMapValues({
      ':now': util.time.nowISO8601(),
      ':me': callerId(ctx),
      ':one': 1,
      ...(requestId ? { ':request': requestId } : {}),
      ...event.values,
    }),
  };
}

/**
 * @param {string} more further conditions, beginning with ` AND `
 * @param {Record<string, unknown>} values the values in it
 * @returns {{ expression: string, expressionNames: Record<string, string>, expressionValues: any }} the condition that
 *   the message exists and is not deleted
 */
export function deletable(more = '', values = {}) {
  return {
    expression:
      'attribute_exists(roomId) AND #type <> :void AND attribute_not_exists(deletedAt) ' +
      `AND (attribute_not_exists(expiresAt) OR expiresAt > :seconds)${more}`,
    expressionNames: { '#type': 'type' },
    expressionValues: util.dynamodb.toMapValues({
      ':void': voidType,
      ':seconds': util.time.nowEpochSeconds(),
      ...values,
    }),
  };
}
