/**
 * The sandbox of resolver code: one `vm` context in which all shared objects are frozen.
 *
 * Code in it cannot access Node: the library that provides `util` and the other globals is loaded into the context
 * itself, so that no object of the outer realm is passed in, and strings are never compiled to code. Only text crosses
 * the boundary, and the three functions on text in `library/bridge.mjs`, which the library does not expose.
 */
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

import { bridge } from './library/bridge.mjs';
import { moduleToFunction } from './modules.mjs';
import { checkCode } from './validation.mjs';

/** Specifiers that resolver code can import, with the library file of each. */
const IMPORTABLE = {
  '@aws-appsync/utils': './appsync_utils.mjs',
  '@aws-appsync/utils/dynamodb': './dynamodb.mjs',
  '@aws-appsync/utils/rds': './rds.mjs',
};

/** Globals of the library that resolver code lacks or has in another version: bound to the library before removal. */
const KEPT = ['BigInt', 'Error', 'Intl', 'JSON', 'Map', 'RangeError', 'RegExp', 'SyntaxError'].join(',');

/** Load each of the library's modules into the context once. */
function libraryLoader(context) {
  const loaded = new Map([['./bridge.mjs', { bridge }]]);
  const load = (specifier) => {
    if (!loaded.has(specifier)) {
      const code = readFileSync(new URL(`./library/${specifier.slice(2)}`, import.meta.url), 'utf8');
      const { source, imports } = moduleToFunction(code);
      const instantiate = vm.runInContext(`((${KEPT})=>${source})(${KEPT})`, context, {
        filename: `appsync-library/${specifier.slice(2)}`,
      });
      loaded.set(specifier, instantiate(...imports.map(load)));
    }
    return loaded.get(specifier);
  };
  return load;
}

/** Return the error for code that AppSync would not have accepted, in the form of AppSync's messages. */
function refusal(code) {
  const [problem] = checkCode(code);
  return problem && `code.js:${problem.line}:${problem.column}: ${problem.message}`;
}

/**
 * Create a sandbox.
 *
 * @param {Map<string, string>} codes resolver codes by hash; compiled on first use.
 */
export function createSandbox(codes) {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  const load = libraryLoader(context);
  const { advance, evaluate, register, forget } = load('./runner.mjs');
  const modules = Object.fromEntries(Object.entries(IMPORTABLE).map(([name, file]) => [name, load(file)]));
  const { harden, removeGlobals } = load('./lockdown.mjs');
  load('./language.mjs').adaptLanguage();
  removeGlobals(load('./appsync_utils.mjs'));
  Object.values(modules).forEach((module) => harden(module));

  const compiled = new Set();

  /** Compile a code once. A code that cannot run is registered with the reason. */
  function ensure(hash) {
    if (hash === '' || compiled.has(hash)) return;
    const code = codes.get(hash);
    const refused = refusal(code);
    if (refused) {
      register(hash, null, refused);
    } else {
      const { source, prefixLength, imports } = moduleToFunction(code);
      const instantiate = vm.runInContext(source, context, { filename: 'code.js', columnOffset: -prefixLength });
      const bound = vm.runInContext('(f,...m)=>()=>f(...m)', context);
      register(hash, bound(instantiate, ...imports.map((name) => modules[name])), null);
    }
    compiled.add(hash);
  }

  /** Compile the codes that the first line of a call names, and return the rest. */
  function prepared(text) {
    const split = text.indexOf('\n');
    text.slice(0, split).split(' ').forEach(ensure);
    return text.slice(split + 1);
  }

  return {
    advance: (text) => advance(prepared(text)),
    evaluate: (text) => evaluate(prepared(text)),
    forget: () => {
      compiled.clear();
      forget();
    },
  };
}
