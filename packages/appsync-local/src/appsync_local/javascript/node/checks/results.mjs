/**
 * Caches check results on disk by the content of the code: most deployments contain code that was checked before.
 *
 * The cache is in `node_modules/.cache`, in a folder per version of the checks, of TypeScript and of AppSync's types.
 * Code is checked again if its result cannot be read or written.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { require } from '../packages.mjs';

const CHECKED_BY = ['checker.mjs', 'functions.mjs', 'names.mjs', 'program.mjs', 'types.mjs', '../validation.mjs', '../library/supported_features.mjs'];
const PACKAGES = ['acorn/package.json', 'typescript/package.json', '@aws-appsync/utils/package.json'];
const MOST_RESULTS = 5_000;
const KEPT_MILLISECONDS = 7 * 86_400_000;

const digest = (texts) => texts.reduce((hash, text) => hash.update(text).update('\0'), createHash('sha256')).digest('hex');

/** Remove results of other versions after a period without writes: another checkout may still use recent ones. */
function removeOld(root) {
  const oldest = Date.now() - KEPT_MILLISECONDS;
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (statSync(path).mtimeMs < oldest) rmSync(path, { recursive: true, force: true });
  }
}

/** Return the folder of this version's results, created if missing; null if it cannot be created. */
function openFolder() {
  try {
    const packages = PACKAGES.map((name) => readFileSync(require.resolve(name), 'utf8'));
    const rules = CHECKED_BY.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
    const root = join(dirname(dirname(require.resolve('acorn/package.json'))), '.cache', 'appsync-code-checks');
    const opened = join(root, digest([...packages, ...rules]));
    mkdirSync(opened, { recursive: true });
    removeOld(root);
    if (readdirSync(opened).length > MOST_RESULTS) rmSync(opened, { recursive: true, force: true });
    mkdirSync(opened, { recursive: true });
    return opened;
  } catch {
    return null;
  }
}

let folder;

function fileOf(code) {
  if (folder === undefined) folder = openFolder();
  return folder && join(folder, `${digest([code])}.json`);
}

/** Return the problems of a code as JSON, or null if it was not checked before. */
export function readResult(code) {
  try {
    return readFileSync(fileOf(code), 'utf8');
  } catch {
    return null;
  }
}

/** Store the problems of a code atomically. */
export function keepResult(code, problems) {
  const file = fileOf(code);
  if (file === null) return;
  try {
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, problems);
    renameSync(temporary, file);
  } catch {
    // The disk is full, or the folder is gone: the code is checked again next time.
  }
}
