import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The renderer. Relative addresses: the page is served from app:// and from a loopback port. */
export default defineConfig({
  root: resolve(import.meta.dirname, 'src-renderer'),
  base: './',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    target: 'chrome140',
    outDir: resolve(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // Fonts stay files: the content security policy allows no data: fonts.
    assetsInlineLimit: 0,
  },
});
