/**
 * Reads the schema of a running API like JavaScript tools: with the old and new standard queries of graphql-js, and
 * with graphql-codegen.
 *
 * Reads one JSON object from standard input: {url, token}. Writes one JSON object to standard output: for each query
 * the names of the types that a client builds from the response, or the errors; and the types that codegen generates.
 */
import { createRequire } from 'node:module';

const web = createRequire(new URL('../../web/package.json', import.meta.url));
const newer = web('graphql');
const older = createRequire(import.meta.url)('graphql');
const { codegen } = web('@graphql-codegen/core');
const typescriptOperations = web('@graphql-codegen/typescript-operations');

const EVERYTHING = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
};
const QUERIES = {
  'graphql-js 15': [older, {}],
  'graphql-js 16': [newer, {}],
  'graphql-js 16, no descriptions': [newer, { descriptions: false }],
  'graphql-js 16, everything': [newer, EVERYTHING],
};
const OPERATION = 'query Mine { me { id displayName } }';

async function readInput() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function ask({ url, token }, query) {
  const headers = { 'content-type': 'application/json', Authorization: token };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return answer.json();
}

async function typesOf(api, [graphql, options]) {
  const { data, errors } = await ask(api, graphql.getIntrospectionQuery(options));
  return errors ?? Object.keys(graphql.buildClientSchema(data).getTypeMap()).sort();
}

async function generated(api) {
  const { data } = await ask(api, newer.getIntrospectionQuery(EVERYTHING));
  const document = newer.parse(OPERATION);
  return codegen({
    schema: newer.parse(newer.printSchema(newer.buildClientSchema(data))),
    documents: [{ location: 'mine.graphql', document }],
    filename: 'types.ts',
    config: {},
    plugins: [{ types: {} }],
    pluginMap: { types: typescriptOperations },
  });
}

const api = await readInput();
const result = { types: {}, generated: '' };
for (const [name, query] of Object.entries(QUERIES)) {
  result.types[name] = await typesOf(api, query);
}
result.generated = await generated(api);
process.stdout.write(JSON.stringify(result));
