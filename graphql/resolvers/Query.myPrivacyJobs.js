/**
 * Returns the caller's privacy jobs, at most one of each kind. Strongly consistent, so that a client finds a job that
 * it has just requested.
 *
 * @requires SELF
 * @authorizes SELF
 * @dataSource privacy
 * @access dynamodb:Query privacy
 */
import { util } from '@aws-appsync/utils';
import { throwIfError } from '../shared/errors';
import { callerId } from '../shared/identity';
import { toPrivacyJob } from '../shared/privacy';

/** Number of kinds of jobs. */
const kinds = 2;

/** @param {import('../shared/types').RequestContext<'Query.myPrivacyJobs'>} ctx */
export function request(ctx) {
  return {
    operation: 'Query',
    query: {
      expression: 'userId = :user',
      expressionValues: util.dynamodb.toMapValues({ ':user': callerId(ctx) }),
    },
    limit: kinds,
    consistentRead: true,
  };
}

/** @param {import('../shared/types').ResponseContext<'Query.myPrivacyJobs'>} ctx */
export function response(ctx) {
  throwIfError(ctx.error);
  return ctx.result.items.map(toPrivacyJob);
}
