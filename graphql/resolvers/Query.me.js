/**
 * Returns the caller's profile, or values from the token if there is no profile.
 *
 * @requires SELF
 * @authorizes SELF
 * @dataSource users
 * @access dynamodb:GetItem users
 */
import { util } from '@aws-appsync/utils';
import { assertAccountActive } from '../shared/account';
import { throwIfError } from '../shared/errors';
import { callerGroups, callerId, callerName } from '../shared/identity';

/** @param {import('../shared/types').RequestContext<'Query.me'>} ctx */
export function request(ctx) {
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ userId: callerId(ctx) }) };
}

/** @param {import('../shared/types').ResponseContext<'Query.me'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  const profile = /** @type {import('../shared/types').ProfileRow | null} */ (ctx.result);
  assertAccountActive(profile);
  return {
    id: callerId(ctx),
    displayName: profile?.displayName ?? callerName(ctx),
    groups: callerGroups(ctx),
    createdAt: profile?.createdAt,
  };
}
