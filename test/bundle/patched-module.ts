import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { onTestFinished } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** A module as in the production bundle, changed by a patch of scripts/. */
export async function patchedModule(
  entry: string,
  patch: string,
  name: string,
): Promise<{ readonly default: unknown }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-patched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, 'patched.mjs');
  const plugins: Readonly<Record<string, Plugin>> = await import(
    pathToFileURL(path.join(root, 'scripts', patch)).href
  );
  const plugin = plugins[name];
  if (plugin === undefined) throw new Error(`no plugin ${name} in ${patch}`);
  const entryPoints = [path.join(root, 'node_modules', entry)];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'esnext',
    plugins: [plugin],
  });
  return import(pathToFileURL(outfile).href);
}

/** The unchanged module of the package, even if the package does not export it. */
export const originalModule = async (entry: string): Promise<{ readonly default: unknown }> =>
  import(pathToFileURL(path.join(root, 'node_modules', entry)).href);
