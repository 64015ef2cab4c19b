/**
 * Reads the caller's profile for the display name.
 *
 * @authorizes SIGNED_IN
 * @dataSource users
 * @access dynamodb:GetItem users
 */
import { util } from '@aws-appsync/utils';
import { assertAccountActive } from '../shared/account';
import { throwIfError } from '../shared/errors';
import { callerId, callerName } from '../shared/identity';

/** @param {import('../shared/types').RequestContext<'readProfile'>} ctx */
export function request(ctx) {
  return { operation: 'GetItem', key: util.dynamodb.toMapValues({ userId: callerId(ctx) }) };
}

/** @param {import('../shared/types').ResponseContext<'readProfile'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  assertAccountActive(ctx.result);
  ctx.stash.displayName = ctx.result?.displayName ?? callerName(ctx);
}
