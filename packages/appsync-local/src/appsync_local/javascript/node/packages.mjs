/**
 * The packages of npm: those beside or above this file, or those in the folder that the variable names, for an
 * installation that has none above it. The list of them is package.json.
 */
import { createRequire } from 'node:module';
import process from 'node:process';

const VARIABLE = 'APPSYNC_LOCAL_NODE_PACKAGES';
const folder = process.env[VARIABLE];

/** What a worker thread needs of the environment to find the packages. */
export const ENVIRONMENT = folder ? { [VARIABLE]: folder } : {};

export const require = createRequire(folder ? `${folder}/packages.mjs` : import.meta.url);
