// Loads the real resolvers and functions, bundled as for AppSync.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { modules } from './appsync_local.mjs';
import { declaredTables } from './tables.mjs';

const root = fileURLToPath(new URL('../../../../graphql/', import.meta.url));

/** Table key -> physical name. */
export const tables = Object.fromEntries(Object.keys(declaredTables).map((key) => [key, key]));

const tag = (source, name) => {
  const block = source.slice(0, source.indexOf('*/'));
  return new RegExp(`^ \\* @${name} (.+)$`, 'm').exec(block)?.[1];
};

const describe = (folder, file) => {
  const source = readFileSync(join(root, folder, file), 'utf8');
  return {
    name: basename(file, '.js'),
    dataSource: tag(source, 'dataSource'),
    functions: tag(source, 'pipeline')?.split(', '),
  };
};

/** Path below graphql/ -> the roles that its @requires tags name, by the name of their constant in the code. */
const roles = JSON.parse(process.env.ROLE_CONSTANTS);

const constantsOf = (file) => Object.entries(roles[file]).map(([name, role]) => `const ${name} = '${role}';\n`).join('');

/** The exports of a bundled file, and its text. */
const evaluate = (bundle, file) => {
  const text = constantsOf(file) + bundle;
  const exported = {};
  const module = { exports: exported };
  compileFunction(text, ['require', 'module', 'exports'], { filename: file })((name) => modules[name], module, exported);
  return { text, handlers: module.exports };
};

const load = async (folder) => {
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.js'));
  const { outputFiles } = await build({
    entryPoints: files.map((file) => join(root, folder, file)),
    outdir: folder,
    write: false,
    bundle: true,
    format: 'cjs',
    target: 'esnext',
    external: Object.keys(modules),
    define: {
      TABLES: JSON.stringify(tables),
      SETTINGS: JSON.stringify({
        environment: 'test',
        deduplicationHours: 24,
        retentionDays: Number(process.env.RETENTION_DAYS ?? 0),
        messagesPerMinute: Number(process.env.MESSAGES_PER_MINUTE ?? 0),
        shed: (process.env.SHED ?? '').split(',').filter(Boolean),
        wordFilter: ['darn it', 'heck'],
        wordFilterMode: process.env.WORD_FILTER_MODE ?? 'fail_closed',
      }),
    },
    logLevel: 'error',
  });
  const loaded = {};
  for (const bundle of outputFiles) {
    const file = basename(bundle.path);
    const { text, handlers } = evaluate(bundle.text, `${folder}/${file}`);
    const code = describe(folder, file);
    // A bundle contains only the code that it uses. Conditions of transactions are handled differently.
    const isConditional =
      text.includes('ConditionalCheckFailedException') || (/\bcondition:/.test(text) && !text.includes('TransactWriteItems'));
    const isBatch = text.includes('BatchGetItem');
    loaded[code.name] = { ...code, isConditional, isBatch, request: handlers.request, response: handlers.response };
  }
  return loaded;
};

/** All resolvers by `Type.field`, and all functions by name. */
export const loadCode = async () => ({ resolvers: await load('resolvers'), functions: await load('functions') });
