import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

/** The exports of an entry that is bundled with its files. */
async function bundledFiles(files: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-builtins-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const plugin = path.join(import.meta.dirname, '../../scripts/node-builtins.mjs');
  const { nodeBuiltins }: { readonly nodeBuiltins: Plugin } = await import(pathToFileURL(plugin).href);
  const outfile = path.join(folder, 'bundle.cjs');
  await build({
    entryPoints: [path.join(folder, 'entry.js')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    plugins: [nodeBuiltins],
  });
  expect(readFileSync(outfile, 'utf8').match(/require\("node:https"\)/g)).toHaveLength(1);
  return createRequire(import.meta.url)(outfile);
}

test('the files of a bundle share the classes of Node’s modules', async () => {
  const { isSame, isAgent, isDefault, Mine } = await bundledFiles({
    'entry.js': `
import https, { Agent } from 'node:https';
import { Agent as Other, mine } from './other.js';
export const isSame = Agent === Other;
export const isAgent = mine instanceof Agent;
export const isDefault = https.Agent === Agent;
export class Mine extends Agent {}`,
    'other.js': `
import { Agent } from 'https';
export { Agent };
export const mine = new Agent();`,
  });
  expect([isSame, isAgent, isDefault]).toEqual([true, true, true]);
  const { Agent } = await import('node:https');
  const made = new (Mine as typeof Agent)();
  expect(made).toBeInstanceOf(Agent);
  expect(made).toBeInstanceOf(Mine as typeof Agent);
});
