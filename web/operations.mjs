/**
 * Writes `src/api/operations.ts`: the types of the schema, and each canonical operation as a typed text.
 *
 * `node web/operations.mjs` writes the file, with --check it ends with 1 when the file is not what would be written.
 * The file imports nothing, so that any client in TypeScript can take it as it is. The types of the texts are those by
 * which Amplify's `client.graphql` knows variables and results.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { command } from '../ops/command.mjs';

const GRAPHQL = new URL('../graphql/', import.meta.url);
const LIMITS = new URL('../contract/limits.json', import.meta.url);
const TARGET = new URL('src/api/operations.ts', import.meta.url);

/** What AppSync provides and the schema therefore does not declare. */
const PROVIDED = new URL('../packages/appsync-local/src/appsync_local/provided.graphql', import.meta.url);

const TEXT_TYPES = ['Query', 'Mutation', 'Subscription'].map(
  (kind) => `/** The text of a ${kind.toLowerCase()}, with the types of its variables and its result. */
export type ${kind}Text<Variables, Result> = string & {
  __generated${kind}Input: Variables;
  __generated${kind}Output: Result;
};`,
);

/** A plugin of graphql-codegen: the operations as texts, each fragment once. */
const operationTexts = { plugin: (_schema, documents) => [...TEXT_TYPES, ...texts(documents)].join('\n\n') };

/** The packages, once a command needs them: --help works without them. */
let graphql;

function texts(documents) {
  const definitions = documents.flatMap(({ document }) => document.definitions);
  const fragments = definitions.filter(({ kind }) => kind === graphql.Kind.FRAGMENT_DEFINITION);
  const operations = definitions.filter(({ kind }) => kind === graphql.Kind.OPERATION_DEFINITION);
  return [
    ...fragments.map((fragment) => `const ${fragment.name.value} = \`${graphql.print(fragment)}\`;`),
    ...operations.map((operation) => {
      const name = operation.name.value;
      const kind = operation.operation[0].toUpperCase() + operation.operation.slice(1);
      const parts = [graphql.print(operation), ...spreads(operation).map((fragment) => `\${${fragment}}`)];
      const type = `${kind}Text<${name}${kind}Variables, ${name}${kind}>`;
      return `export const ${name} = \`${parts.join('\n')}\` as ${type};`;
    }),
  ];
}

/** The names of the fragments that an operation spreads; the canonical fragments spread no other ones. */
function spreads(operation) {
  const names = new Set();
  graphql.visit(operation, { FragmentSpread: (spread) => void names.add(spread.name.value) });
  return [...names].sort();
}

/** Fills in the numbers of descriptions, as contract/limits.py does for what is deployed. */
function withLimits(text, limits) {
  const formats = { '': String, ',': (value) => value.toLocaleString('en-US'), MiB: (value) => String(value / 2 ** 20) };
  return text.replace(/\{\{(\w+):?([^}]*)\}\}/g, (_, name, format) => formats[format](limits[name]));
}

async function generated() {
  graphql = await import('graphql');
  const { codegen } = await import('@graphql-codegen/core');
  const typescriptOperations = await import('@graphql-codegen/typescript-operations');
  const limits = JSON.parse(await readFile(LIMITS, 'utf8'));
  const schema = withLimits(await readFile(new URL('schema.graphql', GRAPHQL), 'utf8'), limits);
  const folder = new URL('operations/', GRAPHQL);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql')).sort();
  const documents = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { location: name, document: graphql.parse(text) };
    }),
  );
  const types = await codegen({
    filename: 'operations.ts',
    schema: graphql.parse((await readFile(PROVIDED, 'utf8')) + schema),
    documents,
    config: { scalars: { AWSDateTime: 'string', ID: 'string' }, enumType: 'string-literal', skipTypename: true },
    plugins: [{ typescriptOperations: {} }, { operationTexts: {} }],
    pluginMap: { typescriptOperations, operationTexts },
  });
  return `// Written by operations.mjs from graphql/schema.graphql and graphql/operations: \`npm run generate\`.\n\n${types}`;
}

await command(
  'node web/operations.mjs [--check] [--help]',
  'Writes src/api/operations.ts; --check compares it and writes nothing.',
  { check: { type: 'boolean' } },
  async ({ check }) => {
    const text = await generated();
    if (!check) {
      await writeFile(TARGET, text);
    } else if ((await readFile(TARGET, 'utf8')) !== text) {
      console.error('src/api/operations.ts is not what the schema and the operations say: `npm run generate` in web/.');
      return 1;
    }
    return 0;
  },
);
