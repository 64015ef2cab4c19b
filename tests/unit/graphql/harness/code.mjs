// Loads the real resolvers and functions, bundled as for AppSync.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { declaredTables } from './tables.mjs';

const root = fileURLToPath(new URL('../../../../graphql/', import.meta.url));
const standIn = new URL('./appsync.mjs', import.meta.url).href;

/** Table key -> physical name. */
export const tables = Object.fromEntries(Object.keys(declaredTables).map((key) => [key, key]));

const useStandIn = {
  name: 'stand-in',
  setup(bundler) {
    bundler.onResolve({ filter: /^@aws-appsync\/utils$/ }, () => ({ path: standIn, external: true }));
  },
};

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

/** Path below graphql/ -> the roles of its @requires tags, by the constants that stand for them. */
const roles = JSON.parse(process.env.ROLE_CONSTANTS);

const putRolesInto = (bundle, file) => {
  const constants = Object.entries(roles[file]).map(([name, role]) => `const ${name} = '${role}';\n`);
  writeFileSync(bundle, constants.join('') + readFileSync(bundle, 'utf8'));
};

const load = async (folder, into) => {
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.js'));
  await build({
    entryPoints: files.map((file) => join(root, folder, file)),
    outdir: into,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    target: 'esnext',
    plugins: [useStandIn],
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
  for (const file of files) {
    const bundle = join(into, `${basename(file, '.js')}.mjs`);
    putRolesInto(bundle, `${folder}/${file}`);
    const handlers = await import(pathToFileURL(bundle).href);
    const code = describe(folder, file);
    // What a bundle does not use is not in it. Conditions of transactions are answered in another way.
    const text = readFileSync(bundle, 'utf8');
    const isConditional =
      text.includes('ConditionalCheckFailedException') || (/\bcondition:/.test(text) && !text.includes('TransactWriteItems'));
    const isBatch = text.includes('BatchGetItem');
    loaded[code.name] = { ...code, isConditional, isBatch, request: handlers.request, response: handlers.response };
  }
  return loaded;
};

/** All resolvers by `Type.field`, and all functions by name. */
export const loadCode = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'graphql-code-'));
  try {
    return {
      resolvers: await load('resolvers', join(directory, 'resolvers')),
      functions: await load('functions', join(directory, 'functions')),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
};
