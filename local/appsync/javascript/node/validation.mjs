/**
 * What APPSYNC_JS code cannot be written with, with the place of each: statements, operators, modules.
 *
 * Sources: the rules of @aws-appsync/eslint-plugin, with its messages; AWS AppSync developer guide, "Supported runtime
 * features"; AppSync's service quotas for the size.
 */
import { Buffer } from 'node:buffer';

import { parse } from 'acorn';

import { PARSE_OPTIONS } from './modules.mjs';

const MOST_BYTES = 32 * 1024;

const MODULES = ['@aws-appsync/utils', '@aws-appsync/utils/dynamodb', '@aws-appsync/utils/rds'];
const MODULES_NOT_RUN = ['@aws-appsync/utils/ai'];

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

const NOT_SUPPORTED = {
  AwaitExpression: 'The `await` keyword is not supported',
  ClassDeclaration: 'Class declarations are not supported.',
  ClassExpression: 'Class declarations are not supported.',
  ContinueStatement: 'Continue statements are not supported',
  DoWhileStatement: 'do...while statements are not supported.',
  ExportAllDeclaration: 'export * is not supported',
  ExportDefaultDeclaration: 'export default is not supported',
  ForStatement: 'For statements are not supported.',
  ImportExpression: 'import() is not supported',
  LabeledStatement: 'Labeled statements are not supported.',
  MetaProperty: 'import.meta and new.target are not supported',
  ThisExpression: 'This expressions are not supported.',
  ThrowStatement: 'throw is not supported; use util.error',
  TryStatement: 'Try statements are not supported.',
  WhileStatement: 'While statements are not supported.',
  WithStatement: 'with is not supported',
  YieldExpression: 'Yield statements are not supported',
  ForOfStatement: (node) => node.await && 'for await is not supported',
  Literal: (node) => (node.regex && 'Regex literals are not supported.') || (node.bigint && 'BigInt is not supported'),
  UpdateExpression: (node) => `The operator ${node.operator} is not supported`,
  UnaryExpression: (node) => node.operator === '~' && 'The operator ~ is not supported',
  BinaryExpression: (node) =>
    (node.operator === 'in' && 'in operator is not supported. Use Object.hasOwn().') ||
    (node.operator === 'instanceof' && 'The operator instanceof is not supported'),
};

const isNode = (value) => typeof value === 'object' && value !== null && typeof value.type === 'string';

const placeOf = ({ start, end, loc }) => ({ line: loc.start.line, column: loc.start.column + 1, span: end - start });

const NOWHERE = { line: 1, column: 1, span: -1 };

const childrenOf = (node) => Object.values(node).flat().filter(isNode);

class Check {
  problems = [];

  report(node, message) {
    if (message) this.problems.push({ type: 'LINT_ERROR', message, ...placeOf(node) });
  }

  run(program) {
    this.visit(program);
    this.checkExports(program);
  }

  visit(node) {
    const rule = NOT_SUPPORTED[node.type];
    this.report(node, typeof rule === 'function' ? rule(node) : rule);
    if (FUNCTIONS.has(node.type)) this.checkFunction(node);
    if (node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source)) this.checkImport(node);
    childrenOf(node).forEach((child) => this.visit(child));
  }

  checkFunction(node) {
    if (node.async) this.report(node, 'Async functions are not supported.');
    if (node.generator) this.report(node, 'Generator functions are not supported.');
  }

  checkImport(node) {
    const name = node.source.value;
    if (MODULES.includes(name)) return;
    this.report(node.source, MODULES_NOT_RUN.includes(name) ? `The module ${name} is not run locally` : `The module ${name} cannot be imported`);
  }

  checkExports(program) {
    const exported = program.body
      .filter((node) => node.type === 'ExportNamedDeclaration')
      .flatMap((node) => {
        if (!node.declaration) return node.specifiers.map((specifier) => specifier.exported.name);
        return (node.declaration.declarations ?? [node.declaration]).map((declared) => declared.id.name);
      });
    for (const name of ['request', 'response']) {
      if (!exported.includes(name)) this.problems.push({ type: 'LINT_ERROR', message: `The function ${name} is not exported`, ...NOWHERE });
    }
  }
}

/**
 * Check what resolver or function code is written with; what its names and types mean is checked in `checks/`.
 *
 * @param {string} code
 * @returns {{type: string, message: string, line: number, column: number, span: number}[]} in the order of their places;
 *   lines and columns from 1, `span` in characters.
 */
export function checkCode(code) {
  const size = Buffer.byteLength(code);
  if (size > MOST_BYTES) {
    return [{ type: 'LINT_ERROR', message: `The code has ${size} bytes; at most ${MOST_BYTES} are allowed`, ...NOWHERE }];
  }
  let program;
  try {
    program = parse(code, PARSE_OPTIONS);
  } catch (error) {
    if (!error.loc) throw error;
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    return [{ type: 'PARSE_ERROR', message, line: error.loc.line, column: error.loc.column + 1, span: -1 }];
  }
  const check = new Check();
  check.run(program);
  return check.problems.sort((first, second) => first.line - second.line || first.column - second.column);
}
