/**
 * Finds the npm packages: beside or above this file, or in the folder that the environment variable names, for an
 * installation without packages above it. package.json lists them.
 */
import { createRequire } from 'node:module';
import process from 'node:process';

const VARIABLE = 'APPSYNC_LOCAL_NODE_PACKAGES';
const folder = process.env[VARIABLE];

/** The environment variables with which a worker thread finds the packages. */
export const ENVIRONMENT = folder ? { [VARIABLE]: folder } : {};

export const require = createRequire(folder ? `${folder}/packages.mjs` : import.meta.url);
