// The esbuild plugins that change dependencies for the bundles.
import { gotWithoutHttp2 } from './got-without-http2.mjs';
import { inkMemoizedWidths } from './ink-memoized-widths.mjs';
import { inkRows } from './ink-rows.mjs';
import { inkWithoutCwd } from './ink-without-cwd.mjs';
import { inkWithoutDevtools } from './ink-without-devtools.mjs';
import { isWithoutIntl } from './is-without-intl.mjs';
import { meowLazy } from './meow-lazy.mjs';
import { nodeBuiltins } from './node-builtins.mjs';
import { segmentersLazy } from './segmenters-lazy.mjs';
import { signalExitWithoutAssert } from './signal-exit-without-assert.mjs';
import { stringWidthLazy } from './string-width-lazy.mjs';
import { yogaSync } from './yoga-sync.mjs';

/** Without these, the bundles do not build, or do not start in all environments. */
const required = [inkWithoutCwd, inkWithoutDevtools, yogaSync];

/** These only make taskdeck faster. `npm run bench -- --patches` measures each of them. */
export const optional = [
  gotWithoutHttp2,
  inkRows,
  inkMemoizedWidths,
  isWithoutIntl,
  nodeBuiltins,
  segmentersLazy,
  meowLazy,
  signalExitWithoutAssert,
  stringWidthLazy,
];

/** All plugins except the optional one with this name; undefined: all. Throws if there is none. */
export function pluginsWithout(name) {
  if (name !== undefined && !optional.some((plugin) => plugin.name === name)) {
    throw new Error(`There is no optional plugin named ${name}.`);
  }
  return [...required, ...optional.filter((plugin) => plugin.name !== name)];
}
