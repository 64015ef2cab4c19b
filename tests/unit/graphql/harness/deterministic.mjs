// Replaces the clock and the random numbers of this process. Import it before appsync_local.mjs, because the library
// keeps the functions that exist when it is loaded.
import { bridge } from '../../../../packages/appsync-local/src/appsync_local/javascript/node/library/bridge.mjs';

/** Milliseconds since the epoch; only tests change it. */
export const clock = { now: Date.parse('2030-01-01T00:00:00.000Z') };

let drawn = 0;

Date.now = () => clock.now;

/** Ascending, so that ULIDs created in one millisecond are in the order of their creation. */
bridge.randomHex = (bytes) => (drawn += 1).toString(16).padStart(2 * bytes, '0');
