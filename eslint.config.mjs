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
