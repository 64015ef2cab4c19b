// The parts of appsync-local's JavaScript runtime that the harness uses: the library that resolvers import, and the
// executor of their handlers.
import './deterministic.mjs';

const load = (name) =>
  import(new URL(`../../../../packages/appsync-local/src/appsync_local/javascript/node/library/${name}.mjs`, import.meta.url));

export const { EarlyReturn } = await load('signals');
export const { advanceFrom, register } = await load('runner');

/** The modules that resolvers and functions import. */
export const modules = { '@aws-appsync/utils': await load('appsync_utils') };

export const { util } = modules['@aws-appsync/utils'];
