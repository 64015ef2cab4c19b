/**
 * Resolver code as a TypeScript program: JavaScript with `checkJs`, not strict, as AppSync's recorded answers show.
 *
 * The declarations of the language and of AppSync are parsed once for all checks. All codes of a check share one
 * program, because most of its cost does not depend on the number of codes.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { require } from '../packages.mjs';
import { typesOf, typesText } from './types.mjs';

const ts = require('typescript');

const LANGUAGE = 'lib.es2023.d.ts';
const LIBRARIES = dirname(require.resolve('typescript'));
const REFERENCE = /^\/\/\/ <reference lib="([^"]+)" \/>$/gm;

/** TypeScript's declarations of a language version in one text: sixty files would slow down every program. */
function languageText(name, seen = new Set()) {
  if (seen.has(name)) return '';
  seen.add(name);
  const text = readFileSync(join(LIBRARIES, name), 'utf8');
  const needed = [...text.matchAll(REFERENCE)].map(([, library]) => languageText(`lib.${library}.d.ts`, seen));
  return [...needed, text.replace(REFERENCE, '')].join('\n');
}

const CONSOLE_TEXT =
  'declare const console: Record<"debug" | "error" | "info" | "log" | "warn", (...values: any[]) => void>;';
/** Declarations of every program, by path. */
const OWN_TEXTS = {
  [`/var/task/${LANGUAGE}`]: () => languageText(LANGUAGE),
  '/var/task/console.d.ts': () => CONSOLE_TEXT,
};
const AMBIENT = [...Object.keys(OWN_TEXTS), typesOf('@aws-appsync/utils', '')];

const OPTIONS = {
  allowJs: true,
  checkJs: true,
  noEmit: true,
  strict: false,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noLib: true,
  types: [],
  skipLibCheck: true,
};

const parsed = new Map();

function declarations(path) {
  if (!parsed.has(path)) {
    const text = OWN_TEXTS[path]?.() ?? typesText(path);
    parsed.set(path, text && ts.createSourceFile(path, text, OPTIONS.target, true));
  }
  return parsed.get(path);
}

/**
 * Create a program of several codes.
 *
 * @param {string[]} codes
 * @returns {{program: ts.Program, files: ts.SourceFile[]}} the files in the order of the codes.
 */
export function programOf(codes) {
  const texts = new Map(codes.map((code, index) => [`/var/task/${index}/code.js`, code]));
  const host = {
    getCurrentDirectory: () => '/var/task',
    getCanonicalFileName: (path) => path,
    getDefaultLibFileName: () => `/var/task/${LANGUAGE}`,
    getNewLine: () => '\n',
    useCaseSensitiveFileNames: () => true,
    writeFile: () => {},
    fileExists: (path) => texts.has(path),
    directoryExists: () => false,
    readFile: (path) => texts.get(path),
    // `options` makes every code a module, so that codes do not share names.
    getSourceFile: (path, options) =>
      texts.has(path) ? ts.createSourceFile(path, texts.get(path), options, true, ts.ScriptKind.JS) : declarations(path),
    resolveModuleNameLiterals: (literals, importer) =>
      literals.map(({ text }) => {
        const resolvedFileName = typesOf(text, importer);
        return { resolvedModule: resolvedFileName && { resolvedFileName, extension: ts.Extension.Dts } };
      }),
  };
  const program = ts.createProgram([...texts.keys(), ...AMBIENT], OPTIONS, host);
  return { program, files: [...texts.keys()].map((path) => program.getSourceFile(path)) };
}
