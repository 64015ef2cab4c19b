/**
 * Writes the act of the stash into the moderation log before it is done, so that nothing is done unseen. What then cannot
 * be done, revertLogEntry takes out again.
 *
 * Not in one transaction with the room, because every message writes the room: one of the two would be refused often.
 *
 * @authorizes REQUIRED_ROLE
 * @dataSource audit
 * @access dynamodb:PutItem audit
 */
import { newAuditRow, putAuditRow } from '../shared/audit';
import { requireRole } from '../shared/authority';
import { throwIfError } from '../shared/errors';

/** @param {import('../shared/types').Context<{ loggedAction: import('../shared/types').LoggedAction }>} ctx */
export function request(ctx) {
  requireRole(ctx);
  const entry = newAuditRow(ctx, ctx.stash.loggedAction);
  ctx.stash.auditId = entry.auditId;
  return putAuditRow(entry);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
}
