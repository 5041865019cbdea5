// The esbuild plugins that change dependencies for the bundles.
import { inkRows } from './ink-rows.mjs';
import { inkWithoutCwd } from './ink-without-cwd.mjs';
import { inkWithoutDevtools } from './ink-without-devtools.mjs';
import { isWithoutIntl } from './is-without-intl.mjs';
import { meowLazy } from './meow-lazy.mjs';
import { segmentersLazy } from './segmenters-lazy.mjs';
import { stringWidthLazy } from './string-width-lazy.mjs';
import { yogaSync } from './yoga-sync.mjs';

/** Without these, the bundles do not build, or do not start in all environments. */
const required = [inkWithoutCwd, inkWithoutDevtools, yogaSync];

/** These only make taskdeck faster. `npm run bench -- --patches` measures each of them. */
export const optional = [inkRows, isWithoutIntl, meowLazy, segmentersLazy, stringWidthLazy];

/** All plugins except the optional one with this name; undefined: all. Throws if there is none. */
export function pluginsWithout(name) {
  if (name !== undefined && !optional.some((plugin) => plugin.name === name)) {
    throw new Error(`There is no optional plugin named ${name}.`);
  }
  return [...required, ...optional.filter((plugin) => plugin.name !== name)];
}
