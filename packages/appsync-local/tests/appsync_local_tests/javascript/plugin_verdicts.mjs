/**
 * Reports the findings of AWS's ESLint plugin: an oracle for the checks of `appsync_local/javascript/node/checks`.
 *
 * Reads a JSON list of codes from standard input; with the argument `own`, uses the codes of the plugin's tests.
 * Writes `[{code, problems: [{rule, message, line, column}]}]`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

import plugin from '@aws-appsync/eslint-plugin';
import { ESLint } from 'eslint';

const require = createRequire(import.meta.url);

/** Return the codes of the plugin's tests, which pass them to a class named RuleTester. */
function ownCodes() {
  const codes = [];
  const RuleTester = class {
    run(name, rule, { valid, invalid }) {
      codes.push(...[...valid, ...invalid].map((example) => example.code ?? example));
    }
  };
  const load = Module._load;
  Module._load = (request, ...rest) => (/eslint$|rule-tester$/.test(request) ? { RuleTester } : load(request, ...rest));
  const rules = join(dirname(require.resolve('@aws-appsync/eslint-plugin')), 'rules');
  readdirSync(rules).filter((name) => name.endsWith('.test.js')).forEach((name) => require(join(rules, name)));
  Module._load = load;
  return [...new Set(codes)];
}

async function verdicts(codes) {
  const folder = mkdtempSync(join(tmpdir(), 'appsync-plugin-'));
  try {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { allowJs: true, target: 'esnext', types: [] } }));
    codes.forEach((code, index) => writeFileSync(join(folder, `code${index}.js`), `${code}\nexport {};\n`));
    const eslint = new ESLint({
      cwd: folder,
      overrideConfigFile: true,
      overrideConfig: [{
        ...plugin.configs.recommended,
        languageOptions: { ...plugin.configs.recommended.languageOptions, parserOptions: { project: './tsconfig.json', tsconfigRootDir: folder } },
      }],
    });
    const found = await eslint.lintFiles('*.js');
    const byName = new Map(found.map(({ filePath, messages }) => [filePath.slice(folder.length + 1), messages]));
    return codes.map((code, index) => ({
      code,
      problems: byName.get(`code${index}.js`).map(({ ruleId, message, line, column }) => ({ rule: ruleId?.replace('@aws-appsync/', ''), message, line, column })),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const codes = process.argv[2] === 'own' ? ownCodes() : JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await verdicts(codes)));
