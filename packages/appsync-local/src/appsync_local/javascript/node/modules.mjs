/**
 * Converts ES modules to plain functions.
 *
 * A `vm` context supports modules only with a Node flag, asynchronously and with one instance each. A resolver needs
 * the opposite: it is compiled once and instantiated for every handler call, so that no module-level state is kept. So
 * a module becomes the source of a function whose parameters are the imported modules and whose result is the exports.
 * Line numbers are unchanged, because errors report them.
 */
import { require } from './packages.mjs';

const { parse } = require('acorn');

export const PARSE_OPTIONS = { ecmaVersion: 2023, sourceType: 'module', locations: true };

const blank = (text) => text.replace(/[^\n]/g, ' ');

function importBinding(node, source) {
  const named = [];
  const statements = [];
  for (const specifier of node.specifiers) {
    if (specifier.type === 'ImportNamespaceSpecifier') {
      statements.push(`const ${specifier.local.name}=${source};`);
    } else {
      const imported = specifier.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(specifier.imported);
      named.push(`${JSON.stringify(imported)}:${specifier.local.name}`);
    }
  }
  if (named.length > 0) statements.push(`const {${named.join(',')}}=${source};`);
  return statements.join('');
}

const nameOf = (node) => (node.type === 'Literal' ? node.value : node.name);

function boundNames(pattern) {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => boundNames(property.value ?? property.argument));
    case 'ArrayPattern':
      return pattern.elements.filter(Boolean).flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    default:
      return boundNames(pattern.argument);
  }
}

function declaredNames(declaration) {
  if (declaration.type !== 'VariableDeclaration') return [declaration.id.name];
  return declaration.declarations.flatMap((declarator) => boundNames(declarator.id));
}

/**
 * Convert the source of a module to the source of a function expression.
 *
 * @param {string} code
 * @returns {{source: string, prefixLength: number, imports: string[], exported: string[]}} `imports` lists the
 *   specifiers in the order of the function's parameters; `prefixLength` is the number of characters added to line 1.
 */
export function moduleToFunction(code) {
  const program = parse(code, PARSE_OPTIONS);
  const imports = [];
  const edits = [];
  const bindings = [];
  const exported = new Map();
  const parameter = (specifier) => {
    if (!imports.includes(specifier)) imports.push(specifier);
    return `$import${imports.indexOf(specifier)}`;
  };

  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') {
      bindings.push(importBinding(node, parameter(node.source.value)));
      edits.push([node.start, node.end]);
    } else if (node.type === 'ExportNamedDeclaration' && node.declaration) {
      declaredNames(node.declaration).forEach((name) => exported.set(name, name));
      edits.push([node.start, node.declaration.start]);
    } else if (node.type === 'ExportNamedDeclaration') {
      const from = node.source && parameter(node.source.value);
      for (const { local, exported: outer } of node.specifiers) {
        exported.set(nameOf(outer), from ? `${from}[${JSON.stringify(nameOf(local))}]` : nameOf(local));
      }
      edits.push([node.start, node.end]);
    } else if (node.type === 'ExportDefaultDeclaration' || node.type === 'ExportAllDeclaration') {
      throw new SyntaxError(`code.js:${node.loc.start.line}:${node.loc.start.column + 1}: name what is exported`);
    }
  }

  let body = code;
  for (const [start, end] of edits.reverse()) {
    body = body.slice(0, start) + blank(body.slice(start, end)) + body.slice(end);
  }
  const parameters = imports.map((_, index) => `$import${index}`).join(',');
  const prefix = `(function(${parameters}){"use strict";${bindings.join('')}`;
  const returned = [...exported].map(([outer, inner]) => `${JSON.stringify(outer)}:${inner}`).join(',');
  return {
    source: `${prefix}${body}\nreturn {${returned}};})`,
    prefixLength: prefix.length,
    imports,
    exported: [...exported.keys()],
  };
}
