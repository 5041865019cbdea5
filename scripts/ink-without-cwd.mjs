// At load, Ink calls process.cwd() to shorten the paths in its error display. In a deleted directory that call throws,
// so that taskdeck would not start. With this plugin the paths are absolute.
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
