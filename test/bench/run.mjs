// Entry of `npm run bench`. package.json gives it a large young generation, because its own garbage collection would
// count as latency. Bundled, because Node finds no named exports in @xterm/headless.
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = new URL('main.ts', import.meta.url);
const outfile = fileURLToPath(new URL(`../../node_modules/.cache/taskdeck-bench-${process.pid}.mjs`, here));
await build({
  entryPoints: [fileURLToPath(here)],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'esnext',
  // A native module cannot be bundled.
  external: ['@lydell/node-pty', 'esbuild'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  // The folder of the sources instead of the bundle's.
  define: { 'import.meta.url': JSON.stringify(here.href) },
});
try {
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile);
}
