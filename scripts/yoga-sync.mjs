// yoga-layout instantiates its WebAssembly with a top-level await, which is impossible in a CommonJS bundle, and with
// fetch("data:…"), which loads undici. This plugin instantiates it synchronously. The bytes are in a file beside the
// bundle, because the text of a bundle is read twice at every start: the second time in the cached code.
import { readFile } from 'node:fs/promises';

const ENTRY = `
import load from '../binaries/yoga-wasm-base64-esm.js';
import wrapAssembly from './wrapAssembly.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import file from 'yoga-wasm';
const bytes = read();
function read() {
  try {
    return readFileSync(join(__dirname, file));
  } catch (cause) {
    // The same error as for a missing bundle, in bin/code-cache.js.
    throw Object.assign(new Error('taskdeck was updated: restart it.', { cause }), { code: 'TASKDECK_UPDATED' });
  }
}
const yoga = {
  instantiateWasm(imports, receive) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    receive(instance);
    return instance.exports;
  },
};
load(yoga);
export default wrapAssembly(yoga);
export * from './generated/YGEnums.js';
`;

const DATA_URL = /"data:application\/octet-stream;base64,([^"]+)"/;

export const yogaSync = {
  name: 'yoga-sync',
  setup(esbuild) {
    let base64;
    esbuild.onLoad({ filter: /yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/ }, async ({ path }) => {
      const loader = await readFile(
        path.replace(/src[\\/]index\.js$/, 'binaries/yoga-wasm-base64-esm.js'),
        'utf8',
      );
      const found = DATA_URL.exec(loader);
      if (found === null) throw new Error('yoga-layout no longer carries its WebAssembly as a data URL');
      base64 = found[1];
      return { contents: ENTRY, loader: 'js' };
    });
    esbuild.onResolve({ filter: /^yoga-wasm$/ }, () => ({ path: 'yoga.wasm', namespace: 'yoga-wasm' }));
    esbuild.onLoad({ filter: /.*/, namespace: 'yoga-wasm' }, () => ({
      contents: Buffer.from(base64, 'base64'),
      loader: 'file',
    }));
    esbuild.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace('import.meta.url', '""').replace(DATA_URL, '""'), loader: 'js' };
    });
  },
};
