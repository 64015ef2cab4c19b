/**
 * Asks for the end of the caller's account, once and for all.
 *
 * @requires SELF
 * @pipeline putPrivacyJob, confirmPrivacyJob
 */

/** @param {import('../shared/types').ResolverContext<'Mutation.deleteMyAccount'>} ctx */
export function request(ctx) {
  ctx.stash.kind = 'DELETION';
  ctx.stash.countsFrom = null;
  return {};
}

/** @param {import('../shared/types').ResolverContext<'Mutation.deleteMyAccount'>} ctx */
export function response(ctx) {
  return ctx.stash.job;
}
