// Entry of `npm run agents`. Bundled, because Node finds no named exports in @xterm/headless.
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = new URL('main.ts', import.meta.url);
const outfile = fileURLToPath(new URL(`../../node_modules/.cache/taskdeck-agents-${process.pid}.mjs`, here));
await build({
  entryPoints: [fileURLToPath(here)],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'esnext',
  // A native module cannot be bundled, and the test runner is not used here.
  external: ['@lydell/node-pty', 'esbuild', 'vitest'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  // The folder of the sources instead of the bundle's.
  define: {
    'import.meta.url': JSON.stringify(here.href),
    'import.meta.dirname': JSON.stringify(import.meta.dirname),
  },
});
try {
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile);
}
