import path from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles the fake agent into this folder, because it is started often. Returns the path of the program. */
export function bundleFakeAgent(folder: string): string {
  const outfile = path.join(folder, 'fake-agent.cjs');
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'fake-agent-program.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'esnext',
    logLevel: 'warning',
  });
  return outfile;
}
