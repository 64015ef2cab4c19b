/**
 * Asks for the caller's data, once in 24 hours: going through whole rooms has its price.
 *
 * @dataSource privacy
 * @access dynamodb:PutItem,dynamodb:GetItem privacy
 */
import { util } from '@aws-appsync/utils';
import { exportHours } from '../shared/limits';
import { answerJob, putJobRequest } from '../shared/privacy';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  const before = util.time.nowEpochMilliSeconds() - exportHours * 3600 * 1000;
  return putJobRequest(ctx, 'EXPORT', util.time.epochMilliSecondsToISO8601(before));
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return answerJob(ctx);
}
