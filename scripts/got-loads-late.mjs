// got asks node:zlib what it can unpack when it is loaded, and it carries a cache of addresses, for which node:dns and its resolver are
// loaded. Node says without loading anything whether it knows zstd, and taskdeck has no use for the cache: one connection is kept.
// For whoever might listen, got also gives every request a random name, for which all of node:crypto is loaded: they are counted.
// Gains: see the end of docs/performance.md.
import { patchedSource, replaceOnce } from './patched-source.mjs';

const ZSTD = "typeof zlib.createZstdDecompress === 'function'";

const UNPACKERS = [
  [
    /got[\\/]dist[\\/]source[\\/]core[\\/]utils[\\/]decompress-response\.js$/,
    '8e574e20d2483a756f8a781d6064d868dd5bb3513bc573c7a6c1a2b2d77d81d3',
  ],
  [
    /node_modules[\\/]decompress-response[\\/]index\.js$/,
    '6ab8914caae433aceef30be4b6a61d02d9258cbcda12113470ac78e539a270c2',
  ],
];
const DNS_CACHE = 'ff1b284b771e79485a34cafacab44d1a4ce700dbaad58145a91860442b6d5002';

const NAMES = '75de47a2b61d9cef47460fc7346a0352c80d3c39850a2014ca07cd62650373f2';

const NO_CACHE = `
export default class DnsCache {
  constructor() {
    throw new Error('got is bundled without its cache of addresses');
  }
}
`;

export const gotLoadsLate = {
  name: 'got-loads-late',
  setup(esbuild) {
    for (const [filter, sha256] of UNPACKERS) {
      esbuild.onLoad({ filter }, async ({ path }) => {
        const contents = replaceOnce(
          await patchedSource(path, sha256),
          ZSTD,
          'process.versions.zstd !== undefined',
        );
        return { contents, loader: 'js' };
      });
    }
    esbuild.onLoad(
      { filter: /got[\\/]dist[\\/]source[\\/]core[\\/]utils[\\/]dns-cache\.js$/ },
      async ({ path }) => {
        await patchedSource(path, DNS_CACHE);
        return { contents: NO_CACHE, loader: 'js' };
      },
    );
    esbuild.onLoad(
      { filter: /got[\\/]dist[\\/]source[\\/]core[\\/]diagnostics-channel\.js$/ },
      async ({ path }) => {
        let contents = await patchedSource(path, NAMES);
        contents = replaceOnce(contents, "import { randomUUID } from 'node:crypto';", 'let requests = 0;');
        contents = replaceOnce(contents, 'return randomUUID();', 'return String(++requests);');
        return { contents, loader: 'js' };
      },
    );
  },
};
