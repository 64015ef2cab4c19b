/** What makes the context safe to share: nothing in it can be changed, and only what APPSYNC_JS has can be named. */

import { ABSENT_METHODS, GLOBALS } from './supported_features.mjs';

const freeze = Object.freeze;
const getOwnPropertyDescriptors = Object.getOwnPropertyDescriptors;
const getPrototypeOf = Object.getPrototypeOf;
const defineProperty = Object.defineProperty;
const ownKeys = Reflect.ownKeys;
const everything = globalThis;
/** What is frozen already. The global object cannot be; no code can name it once `globalThis` is gone. */
const seen = new WeakSet([everything]);

/** Where the methods of each interface are. */
const HOLDERS = { Array: Array.prototype, ArrayConstructor: Array, Date: Date.prototype, String: String.prototype, StringConstructor: String };

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Freeze a value and all that can be reached from it. */
export function harden(root) {
  const pending = [root];
  for (const value of pending) {
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    freeze(value);
    pending.push(getPrototypeOf(value));
    const descriptors = getOwnPropertyDescriptors(value);
    for (const key of ownKeys(descriptors)) {
      const { value: held, get, set } = descriptors[key];
      pending.push(held, get, set);
    }
  }
}

/**
 * Let objects have own properties named as those of Object.prototype.
 *
 * Assigning to a name that a frozen prototype holds fails; `counts[name] = 1` must not fail for the name "constructor".
 */
function allowOverrides(prototype) {
  const descriptors = getOwnPropertyDescriptors(prototype);
  for (const key of ownKeys(descriptors)) {
    const { value, configurable } = descriptors[key];
    if (!configurable || value === undefined) continue;
    defineProperty(prototype, key, {
      configurable: false,
      enumerable: false,
      get: () => value,
      set(replacement) {
        defineProperty(this, key, { value: replacement, writable: true, enumerable: true, configurable: true });
      },
    });
  }
}

/** Freeze every intrinsic, drop the globals that APPSYNC_JS lacks, and add those of `additions`. */
export function removeGlobals(additions) {
  for (const [holder, names] of Object.entries(ABSENT_METHODS)) {
    for (const name of names) delete HOLDERS[holder][name];
  }
  allowOverrides(Object.prototype);
  const hidden = [
    getPrototypeOf([][Symbol.iterator]()), getPrototypeOf(''[Symbol.iterator]()), getPrototypeOf(/./g[Symbol.matchAll]('')),
    getPrototypeOf(new Map().keys()), getPrototypeOf(new Set().keys()), getPrototypeOf(async function () {}),
    getPrototypeOf(function* () {}), getPrototypeOf(async function* () {}), /./, Promise.resolve(),
  ];
  for (const name of ownKeys(everything)) {
    harden(everything[name]);
    if (!GLOBALS.includes(name)) delete everything[name];
  }
  hidden.forEach(harden);
  for (const name of ownKeys(additions)) {
    defineProperty(everything, name, { value: additions[name], writable: false, configurable: false });
  }
}
