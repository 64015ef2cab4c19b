/**
 * Events that the response of a mutation does not deliver to subscribers, because its selection was incomplete. The
 * write that makes the change stores the event in the row's attribute `unpublished`; the function on the table's
 * stream publishes it (docs/adr/0014). Each event has its own id, so that the stream can distinguish a new event from
 * an older one that is still in the row; the next write whose response is delivered removes it.
 */
import { runtime, util } from '@aws-appsync/utils';
import { throwIfError, isRefusedByCondition } from './errors';
import { callerId } from './identity';
import { admittedRoomId } from './membership';

/** @typedef {import('./types').Context} Context */
/** @typedef {import('./types').UnpublishedEvent} UnpublishedEvent */

/**
 * @param {import('./types').Context<'isDelivered'>} ctx after checkSelection
 * @param {Omit<UnpublishedEvent, 'id'>} event
 * @returns {UnpublishedEvent | null} the attribute; null if the response is the event
 */
export function unpublishedEvent(ctx, event) {
  return ctx.stash.isDelivered ? null : { id: util.autoUlid(), ...event };
}

/**
 * Returns the parts of an update expression that store the event, or remove an earlier one.
 *
 * @param {import('./types').Context<'isDelivered'>} ctx after checkSelection
 * @param {Omit<UnpublishedEvent, 'id'>} event
 * @returns {{ clause: string, andSet: string, andRemove: string, values: Record<string, unknown> }} `clause` is for an
 *   expression without SET and REMOVE; `andSet` and `andRemove` are appended to the expression's own
 */
export function unpublishedEventUpdate(ctx, event) {
  const attribute = unpublishedEvent(ctx, event);
  return attribute
    ? { clause: ' SET unpublished = :event', andSet: ', unpublished = :event', andRemove: '', values: { ':event': attribute } }
    : { clause: ' REMOVE unpublished', andSet: '', andRemove: ', unpublished', values: {} };
}

/**
 * Stores a typing or presence event, for which nothing else is written, in the row of the room: a global moderator may
 * have no membership to store it in. The room's next message removes it. If the response is the event, nothing is
 * written.
 *
 * @param {import('./types').Context<'isDelivered', 'admission'>} ctx after checkSelection
 * @param {Omit<UnpublishedEvent, 'id' | 'userId'>} event an event of the caller
 * @returns {Record<string, unknown>} the request of a function on the table of rooms
 */
export function storeUnpublishedEvent(ctx, event) {
  const attribute = unpublishedEvent(ctx, { ...event, userId: callerId(ctx) });
  if (!attribute) {
    runtime.earlyReturn({});
  }
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: admittedRoomId(ctx) }),
    update: {
      expression: 'SET unpublished = :event',
      expressionValues: util.dynamodb.toMapValues({ ':event': attribute }),
    },
    condition: { expression: 'attribute_exists(roomId)' },
  };
}

/**
 * Ends the operation if the event could not be stored, unless the room no longer exists.
 *
 * @param {Context} ctx after storeUnpublishedEvent
 */
export function throwIfNotStored(ctx) {
  if (!isRefusedByCondition(ctx.error)) {
    throwIfError(ctx.error);
  }
}
