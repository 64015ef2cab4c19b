import { defineConfig } from 'vite';

export default defineConfig({
  // Relative URLs: the same build works at the root of a host and in a folder.
  base: './',
  build: { target: 'es2022', sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
