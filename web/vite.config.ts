import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: the same files work at the root of a host and in a folder of it.
  base: './',
  build: { target: 'es2022', sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
