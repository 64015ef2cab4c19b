// AppSync's own rules for what its JavaScript runtime runs, on everything under graphql/.
import appsync from '@aws-appsync/eslint-plugin';

export default [
  {
    ...appsync.configs.recommended,
    files: ['graphql/**/*.js'],
    languageOptions: {
      ...appsync.configs.recommended.languageOptions,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...appsync.configs.recommended.rules,
      eqeqeq: 'error',
      'no-unused-vars': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
];
