/** A clock that a test can step, in Node.js and in the contexts in which resolvers run: see `tests/helpers/clock.py`. */
import { Buffer } from 'node:buffer';
import { openSync, readSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';

const file = openSync(new URL(import.meta.url).searchParams.get('file'), 'r');
const shift = Buffer.alloc(8);
const real = Date.now;

function now() {
  readSync(file, shift, 0, 8, 0);
  return real() + Math.round(shift.readDoubleLE() * 1000);
}

Date.now = now;
const createContext = vm.createContext;
vm.createContext = (...given) => {
  const context = createContext(...given);
  vm.runInContext('(now) => { Date.now = () => now(); }', context)(now);
  return context;
};
syncBuiltinESMExports();
