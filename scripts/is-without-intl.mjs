// @sindresorhus/is, which got uses, makes two Intl.ListFormat when it is loaded, for the sentences of its assertions. The first one in a process
// searches all of ICU's locales: 22 ms, as long as half of what a bare Node takes to start, and 4 MiB. They are made at the first use.
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
        const made = `new Intl.ListFormat('en', { style: 'long', type: '${type}' })`;
        contents = replaceOnce(contents, `const ${name} = ${made};`, `let ${name};`);
        contents = replaceOnce(contents, `${name}.format(`, `(${name} ??= ${made}).format(`);
      }
      return { contents, loader: 'js' };
    });
  },
};
