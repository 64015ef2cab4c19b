/**
 * Applies the planned change of the membership, on condition that the membership has not changed since it was read, and
 * writes the moderation log entry in the same transaction. If the last member leaves, the transaction also archives the
 * room.
 *
 * @dataSource memberships
 * @access dynamodb:UpdateItem memberships
 * @access dynamodb:UpdateItem rooms
 * @access dynamodb:PutItem audit
 */
import { runtime, util } from '@aws-appsync/utils';
import { newAuditRow, putAuditRow } from '../shared/audit';
import { correlation } from '../shared/correlation';
import { tables } from '../shared/environment';
import { isCancelled } from '../shared/errors';
import { admittedRoomId } from '../shared/membership';
import { archiveByLastMember, changedMembership, updateMembership } from '../shared/membershipChange';
import { unpublishedEvent } from '../shared/unpublished';

/** @param {import('../shared/types').RequestContext<'changeMember'>} ctx */
export function request(ctx) {
  const { plan, loggedAction } = ctx.stash;
  if (!plan) {
    runtime.earlyReturn({});
  }
  const roomId = admittedRoomId(ctx);
  const entry = loggedAction ? newAuditRow(ctx, loggedAction) : null;
  if (entry) {
    const { auditId, action, actorId, actorName, reason } = entry;
    plan.changes.lastAct = { auditId, action, actorId, actorName, ...(reason ? { reason } : {}) };
  }
  ctx.stash.membership = changedMembership(roomId, plan);
  const unpublished = unpublishedEvent(ctx, { kind: 'MEMBERSHIP' });
  const update = updateMembership(roomId, { ...plan, changes: { ...plan.changes, unpublished, ...correlation(ctx) } });
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      { table: tables.memberships, ...update },
      ...(entry ? [{ table: tables.audit, ...putAuditRow(entry) }] : []),
      ...(ctx.stash.isArchiving ? [{ table: tables.rooms, ...archiveByLastMember(roomId, util.time.nowISO8601()) }] : []),
    ],
  };
}

/** @param {import('../shared/types').ResponseContext<'changeMember'>} ctx */
export function response(ctx) {
  // After any other failure, it is unknown whether the membership was changed: an owner then remains uncounted.
  ctx.stash.isUnchanged = isCancelled(ctx.error);
  ctx.stash.failure = isCancelled(ctx.error)
    ? { type: 'Conflict', message: 'The membership was changed by another request at the same time. Retry the request unchanged.' }
    : ctx.error;
}
