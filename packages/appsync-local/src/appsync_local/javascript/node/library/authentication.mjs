/** `util.authType`: the mode is read off the shape of `ctx.identity`, as AppSync's own answers show. */
import { currentCall } from './call.mjs';

const hasAll = (identity, keys) => keys.every((key) => identity[key] !== undefined && identity[key] !== null);

export function authType() {
  const { identity } = currentCall();
  if (identity === null || identity === undefined) return 'API Key Authorization';
  const keys = Object.keys(identity);
  if (keys.length === 0 || 'resolverContext' in identity) return 'Lambda Authorization';
  if (hasAll(identity, ['userArn', 'accountId', 'sourceIp'])) return 'IAM Authorization';
  if (hasAll(identity, ['sub', 'issuer', 'claims', 'username', 'sourceIp', 'defaultAuthStrategy'])) {
    return 'User Pool Authorization';
  }
  if (keys.length === 3 && hasAll(identity, ['sub', 'issuer', 'claims'])) return 'Open ID Connect Authorization';
  return 'API Key Authorization';
}
