/**
 * The place where resolver code runs: one `vm` context in which everything that is shared is frozen.
 *
 * Code in it reaches nothing of Node: the library that gives it `util` and the rest is itself loaded into the context, so
 * that no object of the outer realm is ever handed over, and strings are never compiled to code. All that crosses is
 * text, and the three functions of text in `library/bridge.mjs`, which the library does not hand on.
 */
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

import { bridge } from './library/bridge.mjs';
import { moduleToFunction } from './modules.mjs';
import { checkCode } from './validation.mjs';

/** Specifiers that resolver code may import, and the library file behind each. */
const IMPORTABLE = {
  '@aws-appsync/utils': './utils.mjs',
  '@aws-appsync/utils/dynamodb': './dynamodb.mjs',
  '@aws-appsync/utils/rds': './rds.mjs',
};

/** Globals that the library uses and resolver code does not have, or has another of: bound to the library's modules before they go. */
const KEPT = ['BigInt', 'Error', 'Intl', 'JSON', 'Map', 'RangeError', 'RegExp', 'SyntaxError'].join(',');

/** Load the library's modules into the context, each once. */
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

/** What is said of code that AppSync would not have accepted, in the form of its own error messages. */
function refusal(code) {
  const [problem] = checkCode(code);
  return problem && `code.js:${problem.line}:${problem.column}: ${problem.message}`;
}

/**
 * Create a sandbox.
 *
 * @param {Map<string, string>} codes resolver code by hash; compiled on first use.
 */
export function createSandbox(codes) {
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  const load = libraryLoader(context);
  const { advance, evaluate, register, forget } = load('./runner.mjs');
  const modules = Object.fromEntries(Object.entries(IMPORTABLE).map(([name, file]) => [name, load(file)]));
  const { harden, removeGlobals } = load('./lockdown.mjs');
  load('./language.mjs').adaptLanguage();
  removeGlobals(load('./utils.mjs'));
  Object.values(modules).forEach((module) => harden(module));

  const compiled = new Set();

  /** Compile a code once; a code that cannot run is registered with the reason. */
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

  /** The first line of a call names the codes it needs. */
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
