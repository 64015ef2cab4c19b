/**
 * The moderation log: one immutable row per moderation or administrative action.
 */
import { util } from '@aws-appsync/utils';
import { callerId } from './identity';
import { admittedRoomId, authorName } from './membership';

/** @typedef {import('./types').LoggedAction} LoggedAction */
/** @typedef {import('./types').AuditRow} AuditRow */

/**
 * @param {import('./types').Context<never, 'admission'>} ctx
 * @param {LoggedAction} act
 * @returns {AuditRow} the log entry of the action, with the caller as actor, the current time and the room that
 *   admitted the caller
 */
export function newAuditRow(ctx, act) {
  return {
    ...act,
    roomId: admittedRoomId(ctx),
    auditId: util.autoUlid(),
    actorId: callerId(ctx),
    actorName: authorName(ctx),
    createdAt: util.time.nowISO8601(),
  };
}

/**
 * @param {AuditRow} row
 * @returns {any} the PutItem request; with a table added, it is an item of a transaction
 */
export function putAuditRow(row) {
  const { roomId, auditId, ...attributes } = row;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ roomId, auditId }),
    attributeValues: util.dynamodb.toMapValues(attributes),
  };
}

/**
 * @param {AuditRow} row
 * @returns {Record<string, unknown>} the row as the schema's ModerationEntry
 */
export function toModerationEntry(row) {
  return {
    id: row.auditId,
    chatRoomId: row.roomId,
    action: row.action,
    actorId: row.actorId,
    actorName: row.actorName,
    userId: row.userId,
    messageId: row.messageId,
    reason: row.reason,
    changes: row.changes ?? [],
    createdAt: row.createdAt,
  };
}
