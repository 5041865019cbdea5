// For every file that imports a module of Node's, esbuild copies that module, property by property: 60 times, with a hundred
// properties each. Here all files of a bundle share what they import of it.
// Some of Node's modules take milliseconds to load, and are wanted for a function that is called after the first frame, or never: to
// make an id, to start a program, to speak TLS, to unpack an answer. Those are loaded by the first call.
// Gains: see the end of docs/performance.md.
import { builtinModules, createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const LAZY = ['child_process', 'crypto', 'dns', 'https', 'net', 'tls', 'zlib'];
const NAMESPACE = 'node-builtin';
const names = [...builtinModules, 'sqlite'].filter((name) => !/^node:|^_/.test(name));

/** Marked as pure, so that what nobody imports is left out. */
const shared = (name) => `const all = require('node:${name}');
const get = (key) => all[key];
export default all;
${exports(name, (key) => `/* @__PURE__ */ get('${key}')`)}`;

/** Whoever imports something of it by name that is no function loads it at once. */
const lazy = (
  name,
) => `export default /* @__PURE__ */ new Proxy({}, { get: (_, key) => require('node:${name}')[key] });
${exports(name, (key) => (typeof require(`node:${name}`)[key] === 'function' ? deferred(name, key) : `/* @__PURE__ */ (() => require('node:${name}').${key})()`))}`;

/** With `new` it gives what the class makes. */
const deferred = (name, key) => `function (...args) {
  const made = require('node:${name}').${key};
  return new.target ? new made(...args) : made(...args);
}`;

const exports = (name, value) =>
  Object.keys(require(`node:${name}`))
    .filter((key) => /^[a-zA-Z]\w*$/.test(key) && key !== 'default')
    .map((key) => `const $${key} = ${value(key)};\nexport { $${key} as ${key} };`)
    .join('\n');

export const nodeBuiltins = {
  name: 'node-builtins',
  setup(esbuild) {
    esbuild.onResolve(
      { filter: new RegExp(`^(?:node:)?(?:${names.join('|')})$`) },
      ({ path, kind, importer }) => {
        const name = path.replace('node:', '');
        if (kind === 'import-statement') return { path: name, namespace: NAMESPACE, sideEffects: false };
        if (name === 'assert' && /signal-exit[\\/]/.test(importer))
          return { path: name, namespace: 'assert-equal' };
        return undefined;
      },
    );
    esbuild.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: LAZY.includes(path) ? lazy(path) : shared(path),
    }));
    esbuild.onLoad({ filter: /.*/, namespace: 'assert-equal' }, () => ({
      contents:
        'exports.equal = (is, wanted, message) => { if (is !== wanted) throw new TypeError(message); };',
    }));
  },
};
