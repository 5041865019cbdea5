// Ink asks for the current directory when it is loaded, to shorten paths in an error that it may show once: in a directory that was
// deleted that throws, and nothing starts. Paths stay whole instead.
import { readFile } from 'node:fs/promises';
import { replaceOnce } from './patched-source.mjs';

const PARTS = [
  {
    filter: /ink[\\/]build[\\/]components[\\/]ErrorOverview\.js$/,
    part: 'cwd: cwd(),',
    instead: "cwd: '/',",
  },
  { filter: /stack-utils[\\/]index\.js$/, part: '? process.cwd()', instead: "? '/'" },
];

export const inkWithoutCwd = {
  name: 'ink-without-cwd',
  setup(esbuild) {
    for (const { filter, part, instead } of PARTS) {
      esbuild.onLoad({ filter }, async ({ path }) => ({
        contents: replaceOnce(await readFile(path, 'utf8'), part, instead),
        loader: 'js',
      }));
    }
  },
};
