/**
 * JavaScript methods that APPSYNC_JS does not have: the rule no-disallowed-methods of @aws-appsync/eslint-plugin
 * and, of functions, AWS AppSync developer guide, "Supported runtime features".
 *
 * Keys are the names of TypeScript's interfaces: `Array` for methods of arrays, `ArrayConstructor` for `Array`'s.
 */

/** Methods that do not exist at run time. */
export const ABSENT_METHODS = {
  Array: ['copyWithin', 'entries', 'keys', 'values'],
  ArrayConstructor: ['from', 'fromAsync', 'of'],
  String: ['charCodeAt', 'localeCompare', 'matchAll', 'padEnd', 'padStart', 'repeat', 'search', 'toLocaleLowerCase', 'toLocaleUpperCase'],
  StringConstructor: ['fromCharCode', 'fromCodePoint'],
  Date: ['setDate', 'setFullYear', 'setHours', 'setMilliseconds', 'setMinutes', 'setMonth', 'setSeconds', 'setTime', 'setUTCDate',
    'setUTCFullYear', 'setUTCHours', 'setUTCMilliseconds', 'setUTCMinutes', 'setUTCMonth', 'setUTCSeconds', 'setYear', 'toGMTString',
    'toLocaleDateString', 'toLocaleString', 'toLocaleTimeString'],
};

/** Methods that are rejected at deployment but that the language itself needs at run time. */
export const REFUSED_METHODS = {
  Array: ['toLocaleString', 'toString'],
  ObjectConstructor: ['create', 'defineProperties', 'defineProperty', 'freeze', 'getOwnPropertyDescriptor', 'getOwnPropertyDescriptors',
    'getOwnPropertyNames', 'getOwnPropertySymbols', 'getPrototypeOf', 'is', 'isExtensible', 'isFrozen', 'isSealed', 'preventExtensions',
    'seal', 'setPrototypeOf'],
  String: ['valueOf'],
};

/**
 * Functions of globals that AppSync can call, by the name of TypeScript's interface of the global. Recordings show that
 * AppSync rejects others, such as `Math.abs`, `Number.isInteger` and `Array.isArray`.
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

/** Globals that code must not call: recordings show that AppSync rejects `String(1)`. */
export const CONVERSIONS = ['Array', 'Boolean', 'Date', 'Number', 'Object', 'String'];

/** The globals of APPSYNC_JS besides those of `@aws-appsync/utils`, from the guide's "Supported runtime features". */
export const GLOBALS = [
  'Object', 'String', 'Number', 'Boolean', 'Array', 'Math', 'JSON', 'Date', 'NaN', 'Infinity', 'undefined',
  'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent',
];
