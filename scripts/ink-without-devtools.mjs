// Removes Ink's connection to React's developer tools (DEV=true): its top-level awaits are impossible in a CommonJS
// bundle.
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
