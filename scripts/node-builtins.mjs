// For each import of a Node module, esbuild copies that module property by property: 60 times, up to 100 properties
// each. With this plugin, all files of a bundle share one import of each module.
// Gains: see the end of docs/performance.md.
import { builtinModules, createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const NAMESPACE = 'node-builtin';
const names = [...builtinModules, 'sqlite'].filter((name) => !/^node:|^_/.test(name));

/** Source of the shared import. Its exports are marked as pure, so that esbuild drops the unused ones. */
function sharedImport(name) {
  const keys = Object.keys(require(`node:${name}`)).filter(
    (key) => /^[a-zA-Z]\w*$/.test(key) && key !== 'default',
  );
  return `const all = require('node:${name}');
const get = (key) => all[key];
export default all;
${keys.map((key) => `const $${key} = /* @__PURE__ */ get('${key}');\nexport { $${key} as ${key} };`).join('\n')}`;
}

export const nodeBuiltins = {
  name: 'node-builtins',
  setup(esbuild) {
    esbuild.onResolve({ filter: new RegExp(`^(?:node:)?(?:${names.join('|')})$`) }, ({ path, kind }) =>
      kind === 'import-statement'
        ? { path: path.replace('node:', ''), namespace: NAMESPACE, sideEffects: false }
        : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ contents: sharedImport(path) }));
  },
};
