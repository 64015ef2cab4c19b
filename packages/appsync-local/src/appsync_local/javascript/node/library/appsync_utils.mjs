/** The exports of `@aws-appsync/utils`, which are also globals in APPSYNC_JS. */
import { extensions } from './extensions.mjs';
import { log } from './console.mjs';
import { runtime } from './runtime.mjs';
import { util } from './util.mjs';

const console = log;
export { console, extensions, runtime, util };
