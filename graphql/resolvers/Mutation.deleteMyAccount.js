/**
 * Requests the permanent deletion of the caller's account.
 *
 * @requires SELF
 * @pipeline putPrivacyJob, confirmPrivacyJob
 */

/** @param {import('../shared/types').RequestContext<'Mutation.deleteMyAccount'>} ctx */
export function request(ctx) {
  ctx.stash.kind = 'DELETION';
  ctx.stash.countsFrom = null;
  return {};
}

/** @param {import('../shared/types').ResponseContext<'Mutation.deleteMyAccount'>} ctx */
export function response(ctx) {
  return ctx.stash.job;
}
