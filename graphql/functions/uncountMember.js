/**
 * Decrements the member count after the membership could not be written, and returns the existing membership or raises
 * that it changed. Errors of this write are ignored.
 *
 * @authorizes
 * @dataSource rooms
 * @access dynamodb:UpdateItem,dynamodb:GetItem rooms
 */
import { runtime, util } from '@aws-appsync/utils';
import { acceptExistingMembership, failChangedMembership } from '../shared/joinRules';
import { toUpdate, idempotencyCondition } from '../shared/update';

/** @param {import('../shared/types').RequestContext<'uncountMember'>} ctx */
export function request(ctx) {
  if (ctx.stash.membership) {
    runtime.earlyReturn({});
  }
  const changeId = util.autoUlid();
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ roomId: ctx.stash.roomId }),
    update: toUpdate({ lastChangeId: changeId }, { memberCount: -1 }),
    condition: idempotencyCondition(changeId),
  };
}

/** @param {import('../shared/types').ResponseContext<'uncountMember'>} ctx */
export function response(ctx) {
  acceptExistingMembership(ctx, ctx.stash.existingMembership);
  if (!ctx.stash.membership) {
    failChangedMembership();
  }
}
