// AppSync's own rules for what its JavaScript runtime does not run, and ours for what AWS documents, on everything under graphql/.
import appsync from '@aws-appsync/eslint-plugin';

import documented from './graphql/lint/documented.mjs';

export default [
  {
    ...appsync.configs.recommended,
    files: ['graphql/**/*.js'],
    languageOptions: {
      ...appsync.configs.recommended.languageOptions,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { ...appsync.configs.recommended.plugins, chat: { rules: { documented } } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...appsync.configs.recommended.rules,
      'chat/documented': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        ...['[arguments.length=0]', ":has(> Literal[raw='null'].arguments)", ":has(> Identifier[name='undefined'].arguments)"].map(
          (without) => ({
            selector: `CallExpression[callee.property.name='earlyReturn']${without}`,
            message: 'Give earlyReturn a value: without one AppSync may answer with an error (aws/aws-appsync-community#280).',
          }),
        ),
      ],
      'no-unused-vars': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
];
