import { execFile } from 'node:child_process';
import {
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it, onTestFinished } from 'vitest';

const run = promisify(execFile);

/** A home for one test, and taskdeck in it. */
function home() {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-launched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { XDG_CACHE_HOME: _, NODE_DISABLE_COMPILE_CACHE: __, ...inherited } = process.env;
  const env = { ...inherited, HOME: folder };
  return {
    folder,
    taskdeck: async (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      (await run(process.execPath, [inject('taskdeck'), ...args], { env: { ...env, ...more } })).stdout,
    kept: () => globSync(path.join(folder, '.cache', 'taskdeck', '*', '*')),
  };
}

describe('compiled code', () => {
  it('is kept for the next start, for its owner alone', async () => {
    const { folder, taskdeck, kept } = home();
    const said = await taskdeck(['completion', 'bash']);
    const files = kept();
    expect(files.map((file) => path.basename(file).split('-')[0]).sort()).toEqual(['cli.cjs', 'errors.cjs']);
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(folder, '.cache', 'taskdeck')).mode & 0o777).toBe(0o700);
    // The directory of all programs is not ours to close.
    expect(statSync(path.join(folder, '.cache')).mode & 0o777).toBe(0o777 & ~process.umask());

    const before = files.map((file) => statSync(file).ino);
    expect(await taskdeck(['completion', 'bash'])).toBe(said);
    expect(kept().map((file) => statSync(file).ino)).toEqual(before);
  });

  it('is made anew when it is damaged, and what is old goes', async () => {
    const { taskdeck, kept } = home();
    const said = await taskdeck(['completion', 'bash']);
    const [cli = ''] = kept().filter((file) => file.includes('cli.cjs'));
    const size = statSync(cli).size;
    truncateSync(cli, size >> 1);
    const old = path.join(path.dirname(cli), 'cli.cjs-of-another-build');
    writeFileSync(old, '');
    utimesSync(old, 0, 0);
    expect(await taskdeck(['completion', 'bash'])).toBe(said);
    expect(kept().filter((file) => file.includes('cli.cjs'))).toEqual([cli]);
    expect(readFileSync(cli).length).toBeGreaterThan(size >> 1);
  });

  it('is kept where another first start creates the same directories', async () => {
    const { folder, taskdeck, kept } = home();
    // Each directory comes into being between the check for it and its creation.
    const other = path.join(folder, 'other.cjs');
    writeFileSync(
      other,
      "const fs = require('node:fs'); const mkdir = fs.mkdirSync;" +
        'fs.mkdirSync = (...args) => { mkdir(...args); mkdir(...args); };',
    );
    await taskdeck(['completion', 'bash'], { NODE_OPTIONS: `--require=${other}` });
    expect(kept()).not.toEqual([]);
  });

  it('is done without where it cannot or shall not be kept', async () => {
    const { taskdeck, kept } = home();
    const said = await taskdeck(['completion', 'bash'], { NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(kept()).toEqual([]);
    expect(await taskdeck(['completion', 'bash'], { XDG_CACHE_HOME: import.meta.filename })).toBe(said);
    expect(await taskdeck(['completion', 'bash'], { HOME: '' })).toBe(said);
    expect(await taskdeck(['completion', 'bash'], { XDG_CACHE_HOME: '/proc/taskdeck' })).toBe(said);
    expect(kept()).toEqual([]);
  });
});

it('the launcher answers for the version by itself', async () => {
  const { taskdeck, kept } = home();
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await taskdeck(['--version'])).toBe(`${version}\n`);
  expect(await taskdeck(['-V'])).toBe(`${version}\n`);
  expect(kept()).toEqual([]);
});
