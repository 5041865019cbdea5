import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ProgramCommand } from './measured-program.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The compared programs, in a temporary folder. */
export interface BenchPrograms {
  /** taskdeck in a shared home, with its saved state, or in a home of its own. */
  taskdeck(home: 'known' | 'wide' | 'new', url: string, ...args: readonly string[]): ProgramCommand;
  /** The stock Ink program with this many tasks, and lines per transcript. */
  stock(tasks: number, lines: number, ...more: readonly string[]): ProgramCommand;
  /** Any other script. */
  node(...args: readonly string[]): ProgramCommand;
  /** The bundle of the local server. */
  readonly localServer: string;
  /** A bundled file of the bench. */
  bundled(file: string): Promise<string>;
  remove(): void;
}

/** Builds the launcher and the bundles, as they are packed. `without` names a patch to leave out. */
export async function preparePrograms(without?: string): Promise<BenchPrograms> {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-bench-'));
  const installed = path.join(folder, 'installed');
  const flags = without === undefined ? [] : ['--without', without];
  execFileSync(process.execPath, ['scripts/build.mjs', path.join(installed, 'dist'), ...flags], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  for (const part of ['bin', 'package.json']) {
    cpSync(path.join(ROOT, part), path.join(installed, part), { recursive: true });
  }
  const stock = path.join(folder, 'stock.mjs');
  await bundleStock(stock);

  const env = (home: string): Record<string, string> => {
    const directory = path.join(folder, home);
    mkdirSync(directory, { recursive: true });
    // Without CI (which turns Ink off), deployments and Node options of the developer.
    return {
      PATH: process.env.PATH ?? '',
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      HOME: home === 'new' ? mkdtempSync(path.join(directory, 'home-')) : directory,
      // The code caches of Node and of taskdeck: both are filled after the first run.
      TMPDIR: folder,
      XDG_CACHE_HOME: path.join(folder, 'cache'),
    };
  };
  return {
    taskdeck: (home, url, ...args) => ({
      file: process.execPath,
      args: [path.join(installed, 'bin', 'taskdeck.js'), ...args],
      env: { ...env(home), CODER_URL: url, CODER_SESSION_TOKEN: 'bench-token' },
    }),
    stock: (tasks, lines, ...more) => ({
      file: process.execPath,
      args: [stock, String(tasks), String(lines), ...more],
      env: env('stock'),
    }),
    node: (...args) => ({ file: process.execPath, args, env: env('node') }),
    localServer: path.join(
      installed,
      'dist',
      readFileSync(path.join(installed, 'dist', 'current'), 'utf8').trim(),
      'local.cjs',
    ),
    async bundled(file) {
      const outfile = path.join(folder, `${path.parse(file).name}.mjs`);
      await build({
        entryPoints: [path.join(ROOT, 'test', 'bench', file)],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        banner: { js: REQUIRE },
      });
      return outfile;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Some packages still require Node's own modules. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Bundles an Ink program without tuning, but with production React and a compile cache. */
async function bundleStock(outfile: string): Promise<void> {
  await build({
    entryPoints: [path.join(ROOT, 'test', 'bench', 'stock', 'app.tsx')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    banner: { js: `${REQUIRE} (await import('node:module')).enableCompileCache();` },
    define: { 'process.env.NODE_ENV': '"production"' },
    // Needed only for React's developer tools.
    alias: { 'react-devtools-core': path.join(ROOT, 'test', 'bench', 'stock', 'no-devtools.ts') },
    logLevel: 'error',
  });
}
