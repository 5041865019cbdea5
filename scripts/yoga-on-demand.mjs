// yoga-layout instantiates its WebAssembly at import, with a top-level await, which a CommonJS bundle cannot hold,
// and through fetch("data:…"), which loads all of undici. This plugin replaces its entry with one that starts
// synchronously from the bytes themselves when `startYoga` is called.
import { readFile } from 'node:fs/promises';

const ENTRY = `
import load from '../binaries/yoga-wasm-base64-esm.js';
import wrapAssembly from './wrapAssembly.js';
let Yoga;
/** Must be awaited once before the first render. */
export async function startYoga() {
  Yoga ??= wrapAssembly(await load());
}
export { Yoga as default };
export * from './generated/YGEnums.js';
`;

export const yogaOnDemand = {
  name: 'yoga-on-demand',
  setup(esbuild) {
    esbuild.onLoad({ filter: /yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/ }, () => ({
      contents: ENTRY,
      loader: 'js',
    }));
    esbuild.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const bytes = /"data:application\/octet-stream;base64,([^"]+)"/.exec(source);
      if (bytes === null) throw new Error('yoga-layout no longer carries its WebAssembly as a data URL');
      // The loader takes the bytes from `wasmBinary` and then never asks fetch for them.
      const contents = source
        .replace('import.meta.url', '""')
        .replace(
          'loadYoga = loadYoga || {};',
          `loadYoga = loadYoga || {wasmBinary: Buffer.from("${bytes[1]}", "base64")};`,
        )
        .replace(bytes[0], '"data:application/octet-stream;base64,"');
      return { contents, loader: 'js' };
    });
  },
};
