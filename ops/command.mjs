// Code that all JavaScript commands share: arguments, exit codes, and one-sentence error messages.
import { parseArgs } from 'node:util';

const SENTENCES = {
  ENOENT: ({ path }) => `${path} does not exist. Check the checkout: \`git status\`.`,
  EACCES: ({ path }) => `${path}: permission denied. Change its permissions.`,
  ENOSPC: ({ path }) => `${path ?? 'A file'}: no space is left on the disk. Free some and run the command again.`,
  EROFS: ({ path }) => `${path} is on a read-only file system.`,
  ERR_MODULE_NOT_FOUND: ({ message }) =>
    `${message.split(' imported from')[0]}. \`make bootstrap-all\` installs what is needed.`,
};

/**
 * Runs a command and ends the process: 0 done, 1 something was found, 2 wrong usage, 3 error.
 *
 * @param usage - the first line of --help
 * @param about - what it does
 * @param options - as `parseArgs` takes them
 * @param run - receives the options' values and returns the exit code
 */
export async function command(usage, about, options, run) {
  let values;
  try {
    ({ values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } }));
  } catch (error) {
    console.error(`usage: ${usage}\n${error.message.split('. To specify')[0]}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(`usage: ${usage}\n\n${about}`);
    process.exit(0);
  }
  try {
    process.exit(await run(values));
  } catch (error) {
    const sentence = SENTENCES[error.code];
    if (!sentence) throw error;
    console.error(sentence(error));
    process.exit(3);
  }
}
