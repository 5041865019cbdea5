// Removes HTTP/2 from got: taskdeck does not use it, and loading node:http2 takes a third of the time that a bare Node
// takes to start.
// Gains: see the end of docs/performance.md.
import { patchedSource, replaceOnce } from './patched-source.mjs';

const CLIENT = '3d4846db2eb6dd00b87bb3823bc55c80730acc74745d968724935bfd64d89c1c';
const CORE = '2cbca608ba34d5d190904b4a55777593f35c5aa23e90318b5637376e30bbaa52';

const NO_CLIENT = `
export default {
  globalAgent: undefined,
  auto() {
    throw new Error('got is bundled without HTTP/2');
  },
};
`;

export const gotWithoutHttp2 = {
  name: 'got-without-http2',
  setup(esbuild) {
    esbuild.onLoad(
      { filter: /got[\\/]dist[\\/]source[\\/]core[\\/]utils[\\/]http2-client\.js$/ },
      async ({ path }) => {
        await patchedSource(path, CLIENT);
        return { contents: NO_CLIENT, loader: 'js' };
      },
    );
    esbuild.onLoad({ filter: /got[\\/]dist[\\/]source[\\/]core[\\/]index\.js$/ }, async ({ path }) => {
      const contents = replaceOnce(
        await patchedSource(path, CORE),
        "import { Http2ServerResponse, constants as http2Constants } from 'node:http2';",
        // Used only to pipe into an HTTP/2 response.
        'class Http2ServerResponse {}\nconst http2Constants = {};',
      );
      return { contents, loader: 'js' };
    });
  },
};
