/**
 * What AppSync refuses when code is deployed, with the place of each.
 *
 * Sources: AWS AppSync developer guide, "Supported runtime features"; the rules of @aws-appsync/eslint-plugin; AppSync's
 * service quotas for the size. AppSync checks types as well; what only types tell (a comparator handed to a variable, for
 * example) is not seen here.
 */
import { Buffer } from 'node:buffer';

import { parse } from 'acorn';

import { PARSE_OPTIONS } from './modules.mjs';

const MOST_BYTES = 32 * 1024;

const MODULES = ['@aws-appsync/utils', '@aws-appsync/utils/dynamodb', '@aws-appsync/utils/rds'];
const MODULES_NOT_RUN = ['@aws-appsync/utils/ai'];

const MAY_TAKE_FUNCTIONS = new Set(['map', 'find', 'filter', 'findIndex', 'findLast', 'findLastIndex', 'forEach', 'reduce',
  'reduceRight', 'every', 'some', 'flatMap']);

const ABSENT_STATIC_METHODS = {
  Object: ['create', 'defineProperties', 'defineProperty', 'freeze', 'getOwnPropertyDescriptor', 'getOwnPropertyDescriptors',
    'getOwnPropertyNames', 'getOwnPropertySymbols', 'getPrototypeOf', 'is', 'isExtensible', 'isFrozen', 'isSealed',
    'preventExtensions', 'seal', 'setPrototypeOf'],
  Array: ['from', 'of', 'fromAsync'],
  String: ['fromCharCode', 'fromCodePoint'],
};

const ABSENT_GLOBALS = new Set(['eval', 'Function', 'Promise', 'RegExp', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask',
  'fetch', 'require', 'process', 'globalThis', 'XMLHttpRequest', 'WebAssembly', 'Proxy', 'Reflect']);

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

const NOT_SUPPORTED = {
  AwaitExpression: 'await is not supported',
  BreakStatement: (node) => node.label && 'Labels are not supported',
  CatchClause: 'catch is not supported',
  ClassDeclaration: 'Classes are not supported',
  ClassExpression: 'Classes are not supported',
  ContinueStatement: 'continue is not supported',
  DoWhileStatement: 'do-while is not supported',
  ExportAllDeclaration: 'export * is not supported',
  ExportDefaultDeclaration: 'export default is not supported',
  ForStatement: 'for(;;) is not supported; use for-of or for-in',
  ImportExpression: 'import() is not supported',
  LabeledStatement: 'Labels are not supported',
  MetaProperty: 'import.meta and new.target are not supported',
  ThisExpression: 'this is not supported',
  ThrowStatement: 'throw is not supported; use util.error',
  TryStatement: 'try is not supported',
  WhileStatement: 'while is not supported',
  WithStatement: 'with is not supported',
  YieldExpression: 'yield is not supported',
  ForOfStatement: (node) => node.await && 'for await is not supported',
  Literal: (node) => (node.regex && 'Regular expression literals are not supported') || (node.bigint && 'BigInt is not supported'),
  UpdateExpression: (node) => `The operator ${node.operator} is not supported`,
  UnaryExpression: (node) => node.operator === '~' && 'The operator ~ is not supported',
  BinaryExpression: (node) =>
    (node.operator === 'in' && 'The operator in is not supported; use Object.hasOwn()') ||
    (node.operator === 'instanceof' && 'The operator instanceof is not supported'),
};

const isNode = (value) => typeof value === 'object' && value !== null && typeof value.type === 'string';

const childrenOf = (node) => Object.values(node).flat().filter(isNode);

class Check {
  problems = [];
  /** Functions by the name they are bound to; one name bound twice keeps both. */
  functions = new Map();
  /** Names called inside each named function. */
  calls = new Map();

  report(node, message) {
    if (message) this.problems.push({ message, line: node.loc.start.line, column: node.loc.start.column + 1 });
  }

  run(program) {
    this.bind(program);
    this.visit(program, null);
    this.checkRecursion();
    this.checkExports(program);
  }

  bind(node) {
    if (node.type === 'FunctionDeclaration' && node.id) this.functions.set(node.id.name, node);
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && FUNCTIONS.has(node.init?.type)) {
      this.functions.set(node.id.name, node.init);
    }
    childrenOf(node).forEach((child) => this.bind(child));
  }

  isFunction(node) {
    return FUNCTIONS.has(node.type) || (node.type === 'Identifier' && this.functions.has(node.name));
  }

  visit(node, owner) {
    const rule = NOT_SUPPORTED[node.type];
    this.report(node, typeof rule === 'function' ? rule(node) : rule);
    const inside = this.ownerOf(node) ?? owner;
    if (FUNCTIONS.has(node.type)) this.checkFunction(node);
    if (node.type === 'CallExpression' || node.type === 'NewExpression') this.checkCall(node, inside);
    if (node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source)) this.checkImport(node);
    if (node.type === 'Identifier' && ABSENT_GLOBALS.has(node.name)) this.report(node, `${node.name} is not supported`);
    this.checkFunctionValue(node);
    for (const child of this.visited(node)) this.visit(child, inside);
  }

  /** Children that are expressions or statements, not the names of properties. */
  visited(node) {
    if (node.type === 'MemberExpression' && !node.computed) return [node.object];
    if ((node.type === 'Property' || node.type === 'PropertyDefinition') && !node.computed) return [node.value];
    return childrenOf(node);
  }

  ownerOf(node) {
    for (const [name, declared] of this.functions) if (declared === node) return name;
    return null;
  }

  checkFunction(node) {
    if (node.async) this.report(node, 'async functions are not supported');
    if (node.generator) this.report(node, 'Generators are not supported');
    if (node.type === 'ArrowFunctionExpression' && FUNCTIONS.has(node.body.type)) this.report(node, 'Returning a function is not supported');
  }

  checkFunctionValue(node) {
    if (node.type === 'ReturnStatement' && node.argument && FUNCTIONS.has(node.argument.type)) {
      this.report(node, 'Returning a function is not supported');
    }
  }

  checkCall(node, owner) {
    const { callee } = node;
    if (callee.type === 'Identifier' && owner) {
      if (!this.calls.has(owner)) this.calls.set(owner, []);
      this.calls.get(owner).push({ name: callee.name, node });
    }
    const method = callee.type === 'MemberExpression' && !callee.computed ? callee.property.name : null;
    if (callee.type === 'MemberExpression' && ABSENT_STATIC_METHODS[callee.object.name]?.includes(method)) {
      this.report(node, `${callee.object.name}.${method} is not supported`);
    }
    if (node.arguments.some((argument) => this.isFunction(argument)) && !MAY_TAKE_FUNCTIONS.has(method)) {
      this.report(node, 'Functions cannot be passed as arguments, except to array methods such as map and filter');
    }
  }

  checkImport(node) {
    const name = node.source.value;
    if (MODULES.includes(name)) return;
    this.report(node, MODULES_NOT_RUN.includes(name) ? `The module ${name} is not run locally` : `The module ${name} cannot be imported`);
  }

  checkRecursion() {
    for (const [start, calls] of this.calls) {
      const back = calls.find(({ name }) => this.reaches(name, start));
      if (back) this.report(back.node, `Recursion is not supported: ${start} calls itself${back.name === start ? '' : ` through ${back.name}`}`);
    }
  }

  reaches(from, target, seen = new Set()) {
    if (from === target) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (this.calls.get(from) ?? []).some(({ name }) => this.reaches(name, target, seen));
  }

  checkExports(program) {
    const exported = program.body
      .filter((node) => node.type === 'ExportNamedDeclaration')
      .flatMap((node) => {
        if (!node.declaration) return node.specifiers.map((specifier) => specifier.exported.name);
        return (node.declaration.declarations ?? [node.declaration]).map((declared) => declared.id.name);
      });
    for (const name of ['request', 'response']) {
      if (!exported.includes(name)) this.problems.push({ message: `The function ${name} is not exported`, line: 1, column: 1 });
    }
  }
}

/**
 * Check resolver or function code.
 *
 * @param {string} code
 * @returns {{message: string, line: number, column: number}[]} in the order of their places; lines and columns from 1.
 */
export function checkCode(code) {
  const size = Buffer.byteLength(code);
  if (size > MOST_BYTES) return [{ message: `The code has ${size} bytes; at most ${MOST_BYTES} are allowed`, line: 1, column: 1 }];
  let program;
  try {
    program = parse(code, PARSE_OPTIONS);
  } catch (error) {
    if (!error.loc) throw error;
    const message = error.message.replace(/ \(\d+:\d+\)$/, '');
    return [{ message, line: error.loc.line, column: error.loc.column + 1 }];
  }
  const check = new Check();
  check.run(program);
  return check.problems.sort((first, second) => first.line - second.line || first.column - second.column);
}
