// @sindresorhus/is, a dependency of got, creates two Intl.ListFormat at load, for error messages. The first one in a
// process searches all locales of ICU: 22 ms, half the time that a bare Node takes to start, and 4 MiB. This plugin
// creates them at the first use.
// Gains: see the end of docs/performance.md.
import { patchedSource, replaceOnce } from './patched-source.mjs';

const SHA256 = '690dd4568207a3dbaf24a223474225288cd3e2ec613396359e961419857811ae';

export const isWithoutIntl = {
  name: 'is-without-intl',
  setup(esbuild) {
    esbuild.onLoad({ filter: /@sindresorhus[\\/]is[\\/]distribution[\\/]index\.js$/ }, async ({ path }) => {
      let contents = await patchedSource(path, SHA256);
      for (const [name, type] of [
        ['andFormatter', 'conjunction'],
        ['orFormatter', 'disjunction'],
      ]) {
        const expression = `new Intl.ListFormat('en', { style: 'long', type: '${type}' })`;
        contents = replaceOnce(contents, `const ${name} = ${expression};`, `let ${name};`);
        contents = replaceOnce(contents, `${name}.format(`, `(${name} ??= ${expression}).format(`);
      }
      return { contents, loader: 'js' };
    });
  },
};
