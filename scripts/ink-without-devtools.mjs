// Ink connects to React's developer tools when DEV=true, with top-level awaits that a CommonJS bundle cannot hold.
// The tools are not part of taskdeck, so that branch goes.
import { readFile } from 'node:fs/promises';

const AWAITS = ["await import('./devtools.js');", 'await loadPackageJson()'];

export const inkWithoutDevtools = {
  name: 'ink-without-devtools',
  setup(esbuild) {
    esbuild.onLoad({ filter: /ink[\\/]build[\\/]reconciler\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const part of AWAITS) {
        if (!contents.includes(part)) throw new Error(`Ink's reconciler no longer has: ${part}`);
        contents = contents.replace(part, '{}');
      }
      return { contents: contents.replaceAll("process.env['DEV'] === 'true'", 'false'), loader: 'js' };
    });
  },
};
