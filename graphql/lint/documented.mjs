/**
 * An ESLint rule: code under `graphql/` has nothing that AWS does not document for APPSYNC_JS. What is not on the list of
 * `supported-features.json` is reported, whatever AppSync's own rules, which know what is forbidden, say to it. `beyond` there
 * names what is used all the same, with its evidence.
 */
import { readFileSync } from 'node:fs';

import ts from 'typescript';

const FEATURES = JSON.parse(readFileSync(new URL('supported-features.json', import.meta.url), 'utf8'));
const BEYOND = new Set(FEATURES.beyond.map(({ name }) => name));
const SYNTAX = new Set(Object.values(FEATURES.syntax).flat());
const GLOBALS = new Set(FEATURES.globals);
const MEMBERS = new Map(Object.entries(FEATURES.members).map(([owner, names]) => [owner, new Set(names)]));
/** What a member may be called whose owner has no type, such as a value in the stash. */
const ANY_MEMBER = new Set([...FEATURES.members.String, ...FEATURES.members.Array]);
const SAME_OWNERS = { ReadonlyArray: 'Array', ConcatArray: 'Array', ArrayConstructor: 'Array' };
const OPERATORS = { UnaryExpression: new Set(FEATURES.operators.unary), BinaryExpression: new Set(FEATURES.operators.binary) };

const isTyping = (type) => type.startsWith('TS') || type.startsWith('JSX');

/** The interfaces of JavaScript's own library that declare a symbol; none where somebody else declares it. */
function ownersOf(symbol, program) {
  const declarations = (symbol?.declarations ?? []).filter((declaration) =>
    program.isSourceFileDefaultLibrary(declaration.getSourceFile()),
  );
  return new Set(declarations.map((declaration) => declaration.parent.name?.text ?? ''));
}

function check(context, services) {
  const { program } = services;
  const checker = program.getTypeChecker();
  const report = (node, what) => {
    if (!BEYOND.has(what)) context.report({ node, messageId: 'undocumented', data: { what } });
  };
  const symbolOf = (node) => checker.getSymbolAtLocation(services.esTreeNodeToTSNodeMap.get(node));

  function checkMember(node) {
    if (node.computed) return;
    const { name } = node.property;
    const symbol = symbolOf(node.property);
    for (const owner of ownersOf(symbol, program)) {
      const shown = SAME_OWNERS[owner] ?? owner;
      if (!MEMBERS.get(shown)?.has(name)) report(node, `${shown}.${name}`);
    }
    const isCalled = node.parent.type === 'CallExpression' && node.parent.callee === node;
    if (!symbol && isCalled && !ANY_MEMBER.has(name)) report(node, name);
  }

  function checkCall(node) {
    const isOfArray = node.callee.type === 'MemberExpression' && !node.callee.computed;
    if (isOfArray && node.callee.property.name === 'sort' && node.arguments.length > 0) report(node, 'sort with arguments');
    if (node.callee.type === 'Identifier' && isGlobal(symbolOf(node.callee))) report(node, `${node.callee.name}()`);
    const functions = node.arguments.filter((argument) => isFunction(argument));
    if (functions.length > 0 && !(isOfArray && FEATURES.members.Array.includes(node.callee.property.name))) {
      report(node, 'a function as an argument');
    }
  }

  function isFunction(node) {
    if (node.type === 'SpreadElement') return false;
    return checker.getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(node)).getCallSignatures().length > 0;
  }

  function checkName(node) {
    const tsNode = services.esTreeNodeToTSNodeMap.get(node);
    if (!tsNode || !ts.isIdentifier(tsNode) || ts.isPropertyAccessExpression(tsNode.parent) && tsNode.parent.name === tsNode) return;
    if (isGlobal(checker.getSymbolAtLocation(tsNode)) && !GLOBALS.has(node.name)) report(node, node.name);
  }

  function isGlobal(symbol) {
    return (symbol?.declarations ?? []).some(
      (declaration) => program.isSourceFileDefaultLibrary(declaration.getSourceFile()) && !isMember(declaration),
    );
  }

  return {
    '*'(node) {
      if (!SYNTAX.has(node.type) && !isTyping(node.type)) report(node, node.type);
      if (OPERATORS[node.type] && !OPERATORS[node.type].has(node.operator)) report(node, `${node.type} ${node.operator}`);
    },
    CallExpression: checkCall,
    Identifier: checkName,
    MemberExpression: checkMember,
  };
}

const isMember = (declaration) => ts.isInterfaceDeclaration(declaration.parent) || ts.isTypeLiteralNode(declaration.parent);

export default {
  meta: {
    type: 'problem',
    docs: { description: 'Only what AWS documents for APPSYNC_JS' },
    messages: {
      undocumented: '{{what}} is not in the list of features that AWS documents for APPSYNC_JS (graphql/lint/supported-features.json).',
    },
    schema: [],
  },
  create: (context) => check(context, context.sourceCode.parserServices),
};
