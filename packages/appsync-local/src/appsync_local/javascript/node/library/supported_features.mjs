/**
 * The methods of the language that APPSYNC_JS does not have: the rule no-disallowed-methods of @aws-appsync/eslint-plugin
 * and, of functions, AWS AppSync developer guide, "Supported runtime features".
 *
 * Keys are the names of TypeScript's interfaces: `Array` is what arrays have, `ArrayConstructor` what `Array` itself has.
 */

/** Methods that do not exist at run time either. */
export const ABSENT_METHODS = {
  Array: ['copyWithin', 'entries', 'keys', 'values'],
  ArrayConstructor: ['from', 'fromAsync', 'of'],
  String: ['charCodeAt', 'localeCompare', 'matchAll', 'padEnd', 'padStart', 'repeat', 'search', 'toLocaleLowerCase', 'toLocaleUpperCase'],
  StringConstructor: ['fromCharCode', 'fromCodePoint'],
  Date: ['setDate', 'setFullYear', 'setHours', 'setMilliseconds', 'setMinutes', 'setMonth', 'setSeconds', 'setTime', 'setUTCDate',
    'setUTCFullYear', 'setUTCHours', 'setUTCMilliseconds', 'setUTCMinutes', 'setUTCMonth', 'setUTCSeconds', 'setYear', 'toGMTString',
    'toLocaleDateString', 'toLocaleString', 'toLocaleTimeString'],
};

/** Methods that are refused at deployment, and that the language itself needs at run time. */
export const REFUSED_METHODS = {
  Array: ['toLocaleString', 'toString'],
  ObjectConstructor: ['create', 'defineProperties', 'defineProperty', 'freeze', 'getOwnPropertyDescriptor', 'getOwnPropertyDescriptors',
    'getOwnPropertyNames', 'getOwnPropertySymbols', 'getPrototypeOf', 'is', 'isExtensible', 'isFrozen', 'isSealed', 'preventExtensions',
    'seal', 'setPrototypeOf'],
  String: ['valueOf'],
};

/**
 * Functions that belong to a global: those that AppSync can call, by the name of TypeScript's interface for what has them.
 * AppSync was recorded to refuse others, such as `Math.abs`, `Number.isInteger` and `Array.isArray`.
 */
export const CALLED_METHODS = {
  ArrayConstructor: [],
  CallableFunction: [],
  DateConstructor: [],
  Function: [],
  Math: ['ceil', 'floor', 'max', 'min', 'random', 'round'],
  NumberConstructor: ['isFinite', 'isNaN'],
  StringConstructor: [],
};

/** Globals that AppSync does not call: it was recorded to refuse `String(1)`. */
export const CONVERSIONS = ['Array', 'Boolean', 'Date', 'Number', 'Object', 'String'];

/** The globals of APPSYNC_JS, beside those of `@aws-appsync/utils`: the guide's "Supported runtime features". */
export const GLOBALS = [
  'Object', 'String', 'Number', 'Boolean', 'Array', 'Math', 'JSON', 'Date', 'NaN', 'Infinity', 'undefined',
  'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent',
];
