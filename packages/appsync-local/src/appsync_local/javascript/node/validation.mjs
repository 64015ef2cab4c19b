/**
 * Finds syntax that APPSYNC_JS does not support, with positions: statements, operators, modules.
 *
 * Sources: the rules of @aws-appsync/eslint-plugin, with its messages; AWS AppSync developer guide, "Supported runtime
 * features"; AppSync's service quotas for the size.
 */
import { Buffer } from 'node:buffer';

import { PARSE_OPTIONS } from './modules.mjs';
import { require } from './packages.mjs';

const { parse } = require('acorn');

const MOST_BYTES = 32 * 1024;

const MODULES = ['@aws-appsync/utils', '@aws-appsync/utils/dynamodb', '@aws-appsync/utils/rds'];
const MODULES_NOT_RUN = ['@aws-appsync/utils/ai'];

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Rules of AWS's ESLint plugin and their messages, by the kind of node. */
const RULES = {
  AwaitExpression: () => ['no-await', 'The `await` keyword is not supported'],
  ClassDeclaration: () => ['no-classes', 'Class declarations are not supported.'],
  ContinueStatement: () => ['no-continue', 'Continue statements are not supported'],
  DoWhileStatement: () => ['no-while', 'do...while statements are not supported.'],
  ForStatement: () => ['no-for', 'For statements are not supported.'],
  LabeledStatement: () => ['no-labels', 'Labeled statements are not supported.'],
  ThisExpression: () => ['no-this', 'This expressions are not supported.'],
  TryStatement: () => ['no-try', 'Try statements are not supported.'],
  WhileStatement: () => ['no-while', 'While statements are not supported.'],
  YieldExpression: () => ['no-yield', 'Yield statements are not supported'],
  Literal: (node) => node.regex && ['no-regex', 'Regex literals are not supported.'],
  UpdateExpression: (node) => ['no-disallowed-unary-operators', `The operator ${node.operator} is not supported`],
  UnaryExpression: (node) => node.operator === '~' && ['no-disallowed-unary-operators', 'The operator ~ is not supported'],
  BinaryExpression: (node) =>
    (node.operator === 'in' && ['no-in-operator', 'in operator is not supported. Use Object.hasOwn().']) ||
    (node.operator === 'instanceof' && ['no-disallowed-binary-operators', 'The operator instanceof is not supported']),
};

/** Syntax without a rule in the plugin that AppSync's modules and the guide exclude. */
const NOT_SUPPORTED = {
  ExportAllDeclaration: 'export * is not supported',
  ExportDefaultDeclaration: 'export default is not supported',
  WithStatement: 'with is not supported',
  ForOfStatement: (node) => node.await && 'for await is not supported',
};

/** Syntax that passes the rules but that AppSync cannot translate, by TypeScript's name for it. */
const NOT_TRANSLATED = {
  ClassExpression: () => 'ClassExpression',
  ImportExpression: () => 'ImportExpression',
  Literal: (node) => node.bigint && 'BigIntLiteral',
  MetaProperty: () => 'MetaProperty',
  NewExpression: (node) => node.callee.name !== 'Promise' && 'NewExpression',
  ThrowStatement: () => 'ThrowStatement',
};

const BREAKS_RULES = new Set(['LINT_ERROR', 'PARSE_ERROR']);

const isNode = (value) => typeof value === 'object' && value !== null && typeof value.type === 'string';

const placeOf = ({ start, end, loc }) => ({ line: loc.start.line, column: loc.start.column + 1, span: end - start });

const NOWHERE = { line: 1, column: 1, span: -1 };

/** Return the error for a missing handler, as EvaluateCode reports it. */
const missing = (name) => ({ type: 'MISSING_MAPPING_EXPORT', message: `Unable to find valid export for ${name}`, line: 0, column: 0, span: 0 });

/** Return the error for syntax that AppSync cannot translate. */
export const untranslated = (name, place) => ({ type: 'UNSUPPORTED_SYNTAX_TYPE', message: `Unsupported Syntax Type: ${name}`, ...place });

/** Return the problems that AppSync reports: all violations of rules, else the first problem of the translation. */
export function reported(problems) {
  const sorted = problems.toSorted((first, second) => first.line - second.line || first.column - second.column);
  const broken = sorted.filter(({ type }) => BREAKS_RULES.has(type));
  return broken.length > 0 ? broken : sorted.slice(0, 1);
}

const childrenOf = (node) => Object.values(node).flat().filter(isNode);

class Check {
  problems = [];

  report(node, message, rule = '') {
    if (message) this.problems.push({ type: 'LINT_ERROR', rule, message, ...placeOf(node) });
  }

  run(program) {
    this.visit(program);
    this.checkExports(program);
  }

  visit(node) {
    const [rule, message] = RULES[node.type]?.(node) || [];
    this.report(node, message, rule);
    const unsupported = NOT_SUPPORTED[node.type];
    this.report(node, typeof unsupported === 'function' ? unsupported(node) : unsupported);
    this.checkTranslation(node);
    if (FUNCTIONS.has(node.type)) this.checkFunction(node);
    if (node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source)) this.checkImport(node);
    childrenOf(node).forEach((child) => this.visit(child));
  }

  checkTranslation(node) {
    const name = NOT_TRANSLATED[node.type]?.(node);
    if (name) this.problems.push(untranslated(name, placeOf(node)));
  }

  checkFunction(node) {
    if (node.async) this.report(node, 'Async functions are not supported.', 'no-async');
    if (node.generator) this.report(node, 'Generator functions are not supported.', 'no-generators');
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
      if (!exported.includes(name)) this.problems.push(missing(name));
    }
  }
}

/**
 * Find disallowed syntax in resolver or function code. `checks/` checks names and types.
 *
 * @param {string} code
 * @returns {{type: string, rule?: string, message: string, line: number, column: number, span: number}[]} lines and
 *   columns start at 1, `span` is in characters; `rule` is a rule of the ESLint plugin, without its prefix.
 */
export function syntaxProblems(code) {
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
  return check.problems;
}

/** Check the syntax of code; problems are in the order of their positions. */
export const checkCode = (code) => reported(syntaxProblems(code));
