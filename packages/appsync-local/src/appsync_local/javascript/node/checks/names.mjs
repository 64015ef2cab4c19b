/** Checks names: globals and methods that APPSYNC_JS does not have, and changes of `ctx`, which is read-only. */
import { ABSENT_METHODS, CALLED_METHODS, CONVERSIONS, GLOBALS, REFUSED_METHODS } from '../library/supported_features.mjs';
import { require } from '../packages.mjs';

const ts = require('typescript');

const RE_ASSIGNMENT = 'no-disallowed-re-assignment';

const LANGUAGE = /\/lib\.[^/]*\.d\.ts$/;

/** Return whether a declaration is a global of the language, not a member of a type. */
function isGlobal(declaration) {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(statement.parent) && LANGUAGE.test(statement.parent.fileName);
}

const invalid = (node, name, report) => report(node, `Invalid function: ${name}`, '', 'INVALID_FUNCTION_INVOCATION');

const isCallee = (node) => ts.isCallExpression(node.parent) && node.parent.expression === node;

const isNewed = (node) => ts.isNewExpression(node.parent) && node.parent.expression === node;

function absent(node, report) {
  if (node.text === 'Promise') report(isNewed(node) ? node.parent : node, 'Promise is not supported', 'no-promise');
  else if (!isNewed(node)) report(node, `${node.text} is not supported`);
}

/** Report a JavaScript global that APPSYNC_JS lacks, unless the code declares the name itself. */
export function checkGlobal(node, checker, report) {
  if (!ts.isIdentifier(node)) return;
  const symbol = checker.getSymbolAtLocation(node);
  const isOfLanguage = symbol?.declarations?.length ? symbol.declarations.every(isGlobal) : symbol?.name === 'globalThis';
  if (!isOfLanguage) return;
  if (!GLOBALS.includes(node.text)) absent(node, report);
  else if (isCallee(node) && CONVERSIONS.includes(node.text)) invalid(node.parent, node.text, report);
}

/** Report a call of a method that APPSYNC_JS lacks. */
export function checkMethod(node, checker, report) {
  if (!ts.isCallExpression(node)) return;
  const declaration = checker.getSymbolAtLocation(node.expression)?.valueDeclaration;
  const owner = declaration && ts.isMethodSignature(declaration) && ts.isInterfaceDeclaration(declaration.parent) && declaration.parent.name.text;
  if (!owner) return;
  const method = declaration.name.text;
  if (Object.hasOwn(CALLED_METHODS, owner)) {
    if (!CALLED_METHODS[owner].includes(method)) invalid(node, method, report);
  } else if ([ABSENT_METHODS, REFUSED_METHODS].some((methods) => methods[owner]?.includes(method))) {
    report(node, `Method ${owner}.${method} is not implemented`, 'no-disallowed-methods');
  }
}

const unwrapped = (node) => (ts.isParenthesizedExpression(node.parent) ? unwrapped(node.parent) : node);

const isUpdate = (node) =>
  (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
  [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator);

const isLoop = (node) => ts.isForInStatement(node) || ts.isForOfStatement(node);

/** Return whether an assignment, a loop, `++`, `--` or `delete` changes an expression. */
function isChanged(expression) {
  const node = unwrapped(expression);
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.left === node && ts.isAssignmentOperator(parent.operatorToken.kind);
  if (isLoop(parent)) return parent.initializer === node;
  return isUpdate(parent) || ts.isDeleteExpression(parent);
}

const isMember = (node) => ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);

function memberName(member) {
  if (ts.isPropertyAccessExpression(member)) return member.name.text;
  const { argumentExpression: key } = member;
  return ts.isIdentifier(key) || ts.isStringLiteral(key) ? key.text : null;
}

function checkReference(reference, report) {
  const name = reference.text;
  if (ts.isIdentifier(reference) && isChanged(reference)) report(reference, `${name} is readonly and re-assignment is not supported.`, RE_ASSIGNMENT);
  const member = unwrapped(reference).parent;
  if (!isMember(member) || member.expression !== unwrapped(reference) || !isChanged(member)) return;
  const property = memberName(member);
  const what = property === null ? ' adding/modifying properties is not supported.' : `. Adding/Updating ${property} is not supported.`;
  report(member, `${name} is readonly${what}`, RE_ASSIGNMENT);
}

/** Report changes of `ctx` and its members: the rule no-disallowed-re-assignment of @aws-appsync/eslint-plugin. */
export function checkContext(node, checker, report) {
  if (!ts.isFunctionDeclaration(node) || !['request', 'response'].includes(node.name?.text)) return;
  const [parameter] = node.parameters;
  if (!parameter || !ts.isIdentifier(parameter.name)) return;
  const context = checker.getSymbolAtLocation(parameter.name);
  const visit = (inner) => {
    const isContext = ts.isIdentifier(inner) && inner.text === parameter.name.text && checker.getSymbolAtLocation(inner) === context;
    if (isContext && inner !== parameter.name) checkReference(inner, report);
    ts.forEachChild(inner, visit);
  };
  visit(node);
}
