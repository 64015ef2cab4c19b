/**
 * Finds code that AppSync rejects at deployment: TypeScript's diagnostics, and features that APPSYNC_JS does not have.
 *
 * Sources: answers recorded from AppSync (docs/local-aws.md), the rules of @aws-appsync/eslint-plugin, the
 * developer guide's "Supported runtime features".
 */
import { require } from '../packages.mjs';
import { syntaxProblems, reported } from '../validation.mjs';
import { checkFunctionUse, checkRecursion } from './functions.mjs';
import { checkContext, checkGlobal, checkMethod } from './names.mjs';
import { programOf } from './program.mjs';

const ts = require('typescript');

function diagnostic({ file, start, length, code, messageText }) {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const text = ts.flattenDiagnosticMessageText(messageText, '\n');
  const message = `code.js(${line + 1},${character + 1}): error TS${code}: ${text}`;
  return { type: 'PARSE_ERROR', message, line: line + 1, column: character + 1, span: length };
}

function rules(file, checker) {
  const problems = [];
  const report = (node, message, rule = '', type = 'LINT_ERROR') => {
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
    problems.push({ type, rule, message, line: line + 1, column: character + 1, span: node.getWidth(file) });
  };
  const visit = (node) => {
    for (const check of [checkFunctionUse, checkMethod, checkGlobal, checkContext]) check(node, checker, report);
    ts.forEachChild(node, visit);
  };
  visit(file);
  checkRecursion(file, checker, report);
  return problems;
}

/** Merge problems in order. At a position with a TypeScript diagnostic, rules are not reported. */
function merged(diagnostics, problems) {
  const places = new Set(diagnostics.map(({ line, column }) => `${line}:${column}`));
  return reported([...diagnostics, ...problems.filter(({ line, column }) => !places.has(`${line}:${column}`))]);
}

function checkFile(program, file) {
  const unreadable = program.getSyntacticDiagnostics(file);
  if (unreadable.length > 0) return unreadable.map(diagnostic);
  const diagnostics = program.getSemanticDiagnostics(file).map(diagnostic);
  return merged(diagnostics, [...syntaxProblems(file.text), ...rules(file, program.getTypeChecker())]);
}

/**
 * Check the codes of resolvers and functions.
 *
 * @param {string[]} codes
 * @returns {{type: string, rule?: string, message: string, line: number, column: number, span: number}[][]} per code its problems,
 *   in the order of their positions; lines and columns start at 1, `span` is in characters, -1 if there is none.
 */
export function checkCodes(codes) {
  const { program, files } = programOf(codes);
  return files.map((file) => checkFile(program, file));
}
