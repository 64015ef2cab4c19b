/**
 * Resolves a report: removes it from the queue and stores the outcome.
 *
 * @requires MODERATOR
 * @pipeline requireMembership, assertRoomVisible, readReport, closeReport
 */
import { isWhole } from '../shared/characters';
import { fail } from '../shared/errors';
import { reportIdPattern, toReport } from '../shared/report';
import { optionalReason, requiredRoomId } from '../shared/validation';

/** @param {import('../shared/types').RequestContext<'Mutation.resolveReport'>} ctx */
export function request(ctx) {
  const { chatRoomId, reportId, resolution } = ctx.args;
  ctx.stash.roomId = requiredRoomId('chatRoomId', chatRoomId);
  ctx.stash.requiredRole = REQUIRED_ROLE;
  if (!isWhole(reportIdPattern, reportId)) {
    fail('ValidationError', 'reportId is not a valid report id. Give an id that reports returned.');
  }
  ctx.stash.reportId = reportId;
  ctx.stash.resolution = resolution;
  ctx.stash.reason = optionalReason('reason', ctx.args.reason).reason ?? null;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.resolveReport'>} ctx */
export function response(ctx) {
  return toReport(ctx.stash.report);
}
