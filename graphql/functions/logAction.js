/**
 * Writes the moderation action to the log before it is carried out, so that no action is missing from the log. If the
 * action then fails, revertLogEntry removes the entry.
 *
 * Not in one transaction with the room, because every message writes the room's row and would often conflict with it.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource audit
 * @access dynamodb:PutItem audit
 */
import { newAuditRow, putAuditRow } from '../shared/audit';
import { requireRole } from '../shared/authority';
import { throwIfError } from '../shared/errors';

/** @param {import('../shared/types').RequestContext<'logAction'>} ctx */
export function request(ctx) {
  requireRole(ctx);
  const entry = newAuditRow(ctx, ctx.stash.loggedAction);
  ctx.stash.auditId = entry.auditId;
  return putAuditRow(entry);
}

/** @param {import('../shared/types').ResponseContext<'logAction'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
}
