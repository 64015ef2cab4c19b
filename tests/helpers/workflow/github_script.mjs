// Runs the script of a step that uses actions/github-script, with issues and comments in a file instead of GitHub.
// Arguments: the script, the file, the context as JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [script, file, context] = process.argv.slice(2);
const stored = JSON.parse(readFileSync(file, 'utf8'));
const bot = { type: 'Bot' };

const issues = {
  listComments: ({ issue_number }) => stored.comments.filter(({ issue }) => issue === issue_number),
  createComment: ({ issue_number, body }) =>
    stored.comments.push({ id: stored.comments.length + 1, issue: issue_number, user: bot, body }),
  updateComment: ({ comment_id, body }) => Object.assign(find(stored.comments, 'id', comment_id), { body }),
  listForRepo: ({ state }) => stored.issues.filter((issue) => issue.state === state),
  create: ({ title, body }) =>
    stored.issues.push({ number: stored.issues.length + 1, state: 'open', user: bot, title, body }),
  update: ({ owner, repo, issue_number, ...changes }) =>
    Object.assign(find(stored.issues, 'number', issue_number), changes),
};

function find(list, key, value) {
  const found = list.find((one) => one[key] === value);
  if (!found) throw new Error(`404: ${key} ${value}`);
  return found;
}

const github = { rest: { issues }, paginate: async (list, parameters) => list(parameters) };
const AsyncFunction = (async () => {}).constructor;
const run = new AsyncFunction('github', 'context', 'require', script);
await run(github, JSON.parse(context), createRequire(import.meta.url));
writeFileSync(file, JSON.stringify(stored));
