/**
 * The types that AppSync checks code against: those of @aws-appsync/utils, as far as AppSync's recorded answers show.
 *
 * In recorded answers AppSync rejects unknown members and accepts arguments that the published types reject
 * (`util.error(25)`, `rds.select({ table: 1 })`); AWS's samples annotate requests with types that do not match. So
 * names are checked; arguments, requests and results of data sources are not. The files have the path that AppSync's
 * messages show.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { require } from '../packages.mjs';

const ts = require('typescript');

const PACKAGE = dirname(require.resolve('@aws-appsync/utils/package.json'));
const FOLDER = '/var/task/node_modules/@amzn/awsapp-sync-jsvtltranspiler/bundled/@aws-appsync/utils/lib';
const RENAMED = { 'dynamodb-helpers': 'dynamo-db-helpers' };

/** The file with the types of each module that code can import. */
const ENTRIES = {
  '@aws-appsync/utils': 'index',
  '@aws-appsync/utils/ai': 'bedrock-helpers',
  '@aws-appsync/utils/dynamodb': 'dynamodb-helpers',
  '@aws-appsync/utils/rds': 'rds-helpers',
};

const fileOf = (name) => `${FOLDER}/${RENAMED[name] ?? name}.d.ts`;

/** Return the file of a module that code or the types themselves import, or undefined. */
export function typesOf(specifier, importer) {
  if (Object.hasOwn(ENTRIES, specifier)) return fileOf(ENTRIES[specifier]);
  if (!importer.startsWith(FOLDER)) return undefined;
  return specifier === '.' ? fileOf('index') : fileOf(specifier.slice('./'.length));
}

const isFunctionSignature = (node) => ts.isMethodSignature(node) || ts.isFunctionDeclaration(node);

const isOpaque = (node, helpers) => helpers || node.typeParameters || node.type.kind === ts.SyntaxKind.VoidKeyword;

/** Return edits `[start, end, text]` that make each function of a declaration file accept any arguments. */
function loosened(file, helpers) {
  const edits = [];
  const visit = (node) => {
    if (!isFunctionSignature(node)) {
      ts.forEachChild(node, visit);
      return;
    }
    edits.push([node.parameters.pos, node.parameters.end, '...input: any[]']);
    if (node.type && isOpaque(node, helpers)) edits.push([node.type.pos, node.type.end, ' any']);
  };
  visit(file);
  return edits;
}

/** Return edits that replace each type of a declaration file by `any`. */
const emptied = (file) =>
  file.statements.filter(ts.isTypeAliasDeclaration).map(({ name, type }) => [
    name.end,
    type.end,
    type.parent.typeParameters ? '<T = any> = any' : ' = any',
  ]);

function edited(text, edits) {
  const inOrder = edits.toSorted(([first], [second]) => second - first);
  return inOrder.reduce((changed, [start, end, replacement]) => changed.slice(0, start) + replacement + changed.slice(end), text);
}

/** Return the text of a declaration file in `FOLDER`, or undefined. */
export function typesText(path) {
  if (!path.startsWith(`${FOLDER}/`)) return undefined;
  const shown = path.slice(FOLDER.length + 1, -'.d.ts'.length);
  const name = Object.keys(RENAMED).find((original) => RENAMED[original] === shown) ?? shown;
  const text = readFileSync(join(PACKAGE, 'lib', `${name}.d.ts`), 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  if (name === 'resolver-return-types') return edited(text, emptied(file));
  return edited(text, loosened(file, name.endsWith('-helpers')));
}
