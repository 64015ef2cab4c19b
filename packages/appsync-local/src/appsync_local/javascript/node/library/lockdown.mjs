/** Makes the context safe to share: it is immutable, and only the names of APPSYNC_JS are accessible. */

import { ABSENT_METHODS, GLOBALS } from './supported_features.mjs';

const freeze = Object.freeze;
const getOwnPropertyDescriptors = Object.getOwnPropertyDescriptors;
const getPrototypeOf = Object.getPrototypeOf;
const defineProperty = Object.defineProperty;
const ownKeys = Reflect.ownKeys;
const everything = globalThis;
/** Frozen objects. The global object cannot be frozen; code cannot access it after `globalThis` is removed. */
const seen = new WeakSet([everything]);

/** The object that holds the methods of each interface. */
const HOLDERS = { Array: Array.prototype, ArrayConstructor: Array, Date: Date.prototype, String: String.prototype, StringConstructor: String };

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Freeze a value and everything reachable from it. */
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
 * Allow own properties with the names of properties of Object.prototype.
 *
 * Assigning to a property that exists in a frozen prototype fails; `counts["constructor"] = 1` must not fail.
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

/** Freeze all intrinsics, remove the globals that APPSYNC_JS lacks, and add those of `additions`. */
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
