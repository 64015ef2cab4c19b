/**
 * Checks the use of functions: the rules no-function-passing, no-function-reassign, no-function-return and
 * no-recursion of @aws-appsync/eslint-plugin.
 */
import { require } from '../packages.mjs';

const ts = require('typescript');

const MAY_TAKE_FUNCTIONS = new Set(['map', 'find', 'filter', 'findIndex', 'findLast', 'findLastIndex', 'forEach', 'reduce',
  'reduceRight', 'every', 'some', 'flatMap']);

const isFunction = (node) => Boolean(node) && (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node));

/** Return the declaration of a name: the function, the initial value of the variable, or another declaration. */
function declared(node, checker) {
  const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  return declaration && ts.isVariableDeclaration(declaration) ? (declaration.initializer ?? declaration) : declaration;
}

const isFunctionValue = (node, checker) => isFunction(ts.isIdentifier(node) ? declared(node, checker) : node);

/** Return whether the callee accepts functions: in AppSync only array methods do. Null if the callee is unknown. */
function mayTakeFunctions(callee, checker) {
  const declaration = checker.getSymbolAtLocation(callee)?.valueDeclaration;
  if (!declaration) return !ts.isPropertyAccessExpression(callee) || MAY_TAKE_FUNCTIONS.has(callee.name.text) || null;
  if (ts.isMethodSignature(declaration)) return declaration.parent.name?.text === 'Array' && MAY_TAKE_FUNCTIONS.has(declaration.name.text);
  return !isFunction(ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration);
}

/** Check function arguments. In a call of an unknown value's method they pass the rules but cannot be translated. */
function passed(node, checker, report) {
  const given = node.arguments.find((argument) => isFunctionValue(argument, checker));
  const may = !given || mayTakeFunctions(node.expression, checker);
  if (may) return;
  if (may === null && isFunction(given)) report(given, `Unsupported Syntax Type: ${ts.SyntaxKind[given.kind]}`, '', 'UNSUPPORTED_SYNTAX_TYPE');
  else report(node, 'Functions can not be passed as an argument', 'no-function-passing');
}

function aliased(node, value, checker, report) {
  if (value && ts.isIdentifier(value) && isFunction(declared(value, checker))) report(node, 're-assigning function is not allowed', 'no-function-reassign');
}

function returned(node, value, checker, report) {
  if (value && isFunctionValue(value, checker)) report(node, 'returning a function is not allowed', 'no-function-return');
}

const isAssignment = (node) => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** Report disallowed use of functions in a node. */
export function checkFunctionUse(node, checker, report) {
  if (ts.isCallExpression(node)) passed(node, checker, report);
  else if (ts.isVariableDeclaration(node)) aliased(node, node.initializer, checker, report);
  else if (isAssignment(node)) aliased(node, node.right, checker, report);
  else if (ts.isReturnStatement(node)) returned(node, node.expression, checker, report);
  else if (ts.isArrowFunction(node)) returned(node, node.body, checker, report);
}

const enclosing = (node) => ts.findAncestor(node.parent, isFunction);

const nameOf = (declaration) => (declaration.name ?? declaration.parent.name)?.getText() ?? 'Anonymous Function';

/** Return the cycle from the last function of `path` back to a function on the path, or null. */
function cycleFrom(path, callsOf, acyclic) {
  const last = path[path.length - 1];
  if (acyclic.has(last)) return null;
  for (const next of callsOf.get(last) ?? []) {
    const cycle = path.includes(next) ? [...path.slice(path.indexOf(next)), next] : cycleFrom([...path, next], callsOf, acyclic);
    if (cycle) return cycle;
  }
  acyclic.add(last);
  return null;
}

/** Report each call that leads to recursion. */
export function checkRecursion(file, checker, report) {
  const calls = [];
  const callsOf = new Map();
  const visit = (node) => {
    const to = ts.isCallExpression(node) && declared(node.expression, checker);
    if (isFunction(to)) {
      const from = enclosing(node);
      calls.push({ node, from, to });
      callsOf.set(from, new Set([...(callsOf.get(from) ?? []), to]));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const acyclic = new Set();
  for (const { node, from, to } of calls) {
    const cycle = from === to ? [from, to] : cycleFrom([from, to], callsOf, acyclic);
    if (cycle) report(node, `Recursive function calls not supported. Detected cycle in ${cycle.map(nameOf).join(' <-')}`, 'no-recursion');
  }
}
