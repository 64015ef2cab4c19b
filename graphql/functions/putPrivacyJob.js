/**
 * Stores the caller's job, which starts the function `privacy`, unless a job of the same kind exists that was created
 * after `stash.countsFrom` (null: any job).
 *
 * @authorizes SELF
 * @dataSource privacy
 * @access dynamodb:PutItem,dynamodb:GetItem privacy
 */
import { util } from '@aws-appsync/utils';
import { correlation } from '../shared/correlation';
import { callerId } from '../shared/identity';
import { toPrivacyJob } from '../shared/privacy';
import { noteRefusal } from '../shared/refusal';

/** @param {import('../shared/types').RequestContext<'putPrivacyJob'>} ctx */
export function request(ctx) {
  const { username } = /** @type {import('../shared/types').Identity} */ (ctx.identity);
  const { kind, countsFrom } = ctx.stash;
  return {
    operation: 'PutItem',
    key: util.dynamodb.toMapValues({ userId: callerId(ctx), kind }),
    attributeValues: util.dynamodb.toMapValues({
      jobId: util.autoUlid(),
      status: 'PENDING',
      createdAt: util.time.nowISO8601(),
      username,
      // The stream's filter passes rows with `wakes`; the number distinguishes one run of the function from the next.
      wakes: true,
      turn: 1,
      ...correlation(ctx),
    }),
    condition:
      countsFrom === null
        ? { expression: 'attribute_not_exists(userId)' }
        : {
            expression: 'attribute_not_exists(userId) OR createdAt < :before',
            expressionValues: util.dynamodb.toMapValues({ ':before': countsFrom }),
          },
  };
}

/** @param {import('../shared/types').ResponseContext<'putPrivacyJob'>} ctx */
export function response(ctx) {
  if (!noteRefusal(ctx)) {
    ctx.stash.job = toPrivacyJob(ctx.result);
  }
}
