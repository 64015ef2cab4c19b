/**
 * Asks for the end of the caller's account, once and for all.
 *
 * @dataSource privacy
 * @access dynamodb:PutItem,dynamodb:GetItem privacy
 */
import { answerJob, putJobRequest } from '../shared/privacy';

/** @param {import('../shared/types').Context} ctx */
export function request(ctx) {
  return putJobRequest(ctx, 'DELETION', null);
}

/** @param {import('../shared/types').Context} ctx */
export function response(ctx) {
  return answerJob(ctx);
}
