// What `npm run bench` starts, with so much room for new objects that it never collects: that would count as a wait of the key it
// measures, and did, for twice as long as the longest real one. Bundled first, because Node by itself finds no names in @xterm/headless.
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
  // The native one cannot be bundled, the other one need not be.
  external: ['@lydell/node-pty', 'esbuild'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  // So that the folder of the sources is found, and not that of the bundle.
  define: { 'import.meta.url': JSON.stringify(here.href) },
});
try {
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile);
}
