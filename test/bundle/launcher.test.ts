import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
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
import { openTerminal } from '../support/terminal-app.ts';

const run = promisify(execFile);

/** Logs which bundles are compiled from source, which from cached code, and which are serialised. */
const LOGGER = `
const fs = require('node:fs');
const vm = require('node:vm');
const { basename } = require('node:path');
vm.Script = class extends vm.Script {
  #name;
  constructor(code, options) {
    const isCached = options.cachedData !== undefined;
    const name = basename(options.filename);
    log((isCached ? 'cached ' : 'compiled ') + name);
    if (isCached && process.env.CRASH === 'signal') process.kill(process.pid, 'SIGSEGV');
    super(code, options);
    this.#name = name;
    if (isCached && process.env.CRASH === 'exception') process.nextTick(() => { throw new Error('broken'); });
  }
  createCachedData() {
    log('serialised ' + this.#name);
    return super.createCachedData();
  }
};
function log(line) {
  fs.appendFileSync(process.env.LOG, line + '\\n');
}
`;

/** A temporary home with taskdeck in it. */
function home() {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-launched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { XDG_CACHE_HOME: _, NODE_DISABLE_COMPILE_CACHE: __, ...inherited } = process.env;
  const env = { ...inherited, HOME: folder };
  const log = path.join(folder, 'log');
  const logger = path.join(folder, 'logger.cjs');
  writeFileSync(logger, LOGGER);
  const taskdeck = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    (await run(process.execPath, [inject('taskdeck'), ...args], { env: { ...env, ...more } })).stdout;
  const cache = path.join(folder, '.cache', 'taskdeck');
  return {
    folder,
    cache,
    taskdeck,
    /** The log of one start, which may crash. */
    async logged(more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
      rmSync(log, { force: true });
      const watched = { NODE_OPTIONS: `--require=${logger}`, LOG: log, ...more };
      await taskdeck(['completion', 'bash'], watched).catch(() => undefined);
      return readFileSync(log, 'utf8').trim().split('\n');
    },
    kept: () => globSync(path.join(cache, '*', '*')),
  };
}

const COMPILED = ['compiled cli.cjs', 'compiled errors.cjs'];
const CACHED = ['cached cli.cjs', 'cached errors.cjs'];
const STORED = [...COMPILED, 'serialised cli.cjs', 'serialised errors.cjs'];

describe('the code cache', () => {
  it('serves the next start, for its owner alone', async () => {
    const { folder, cache, taskdeck, kept, logged } = home();
    const output = await taskdeck(['completion', 'bash']);
    const files = kept();
    expect(files.map((file) => path.basename(file).split('-')[0]).sort()).toEqual(['cli.cjs', 'errors.cjs']);
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(cache).mode & 0o777).toBe(0o700);
    // Other programs share this directory.
    expect(statSync(path.join(folder, '.cache')).mode & 0o777).toBe(0o777 & ~process.umask());

    const before = files.map((file) => statSync(file).ino);
    expect(await logged()).toEqual(CACHED);
    expect(await taskdeck(['completion', 'bash'])).toBe(output);
    expect(kept().map((file) => statSync(file).ino)).toEqual(before);
  });

  it('of a screen, which sets flags of V8, serves the next screen', async () => {
    const { folder, kept } = home();
    const show = async (): Promise<void> => {
      const app = await openTerminal({
        command: process.execPath,
        args: [inject('taskdeck')],
        env: { HOME: folder, CODER_URL: 'http://127.0.0.1:9', CODER_SESSION_TOKEN: 'token' },
      });
      await app.shows('q quit');
      app.press('q');
      await app.exit();
    };
    const files = (): Readonly<Record<string, number>> =>
      Object.fromEntries(kept().map((file) => [path.basename(file).split('-')[0], statSync(file).ino]));
    await show();
    const before = files();
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['tui.cjs', 'backends.cjs']));
    await show();
    // Rejected code would be compiled and stored again.
    expect(files()).toMatchObject(before);
  });

  it('replaces code that V8 rejects', async () => {
    const { taskdeck, kept } = home();
    const output = await taskdeck(['completion', 'bash']);
    const [cli = ''] = kept().filter((file) => file.includes('cli.cjs'));
    const size = statSync(cli).size;
    truncateSync(cli, size >> 1);
    expect(await taskdeck(['completion', 'bash'])).toBe(output);
    expect(readFileSync(cli).length).toBeGreaterThan(size >> 1);
  });

  it('removes files older than two weeks when it stores code, also of other versions of Node', async () => {
    const { cache, taskdeck, kept } = home();
    await taskdeck(['completion', 'bash']);
    const stored = kept().sort();
    const [file = ''] = stored;
    const own = path.dirname(file);
    const expired = path.join(cache, 'v22.16.0-x64');
    const used = path.join(cache, 'v22.14.0-x64');
    const foreign = path.join(cache, 'notes');
    for (const directory of [expired, used, foreign]) {
      mkdirSync(directory);
      writeFileSync(path.join(directory, 'old'), '');
      utimesSync(path.join(directory, 'old'), 0, 0);
    }
    writeFileSync(path.join(used, 'new'), '');
    writeFileSync(path.join(own, 'old'), '');
    utimesSync(path.join(own, 'old'), 0, 0);
    rmSync(file);
    await taskdeck(['completion', 'bash']);
    expect(readdirSync(cache).sort()).toEqual([path.basename(own), 'notes', 'v22.14.0-x64'].sort());
    expect(readdirSync(used)).toEqual(['new']);
    expect(readdirSync(foreign)).toEqual(['old']);
    expect(
      readdirSync(own)
        .map((name) => path.join(own, name))
        .sort(),
    ).toEqual(stored);
  });

  it('works while another first start creates the same directories', async () => {
    const { folder, taskdeck, kept } = home();
    // Each directory appears between the check for it and its creation.
    const other = path.join(folder, 'other.cjs');
    writeFileSync(
      other,
      "const fs = require('node:fs'); const mkdir = fs.mkdirSync;" +
        'fs.mkdirSync = (...args) => { mkdir(...args); mkdir(...args); };',
    );
    await taskdeck(['completion', 'bash'], { NODE_OPTIONS: `--require=${other}` });
    expect(kept()).not.toEqual([]);
  });

  it('may be missing: taskdeck works, and serialises nothing', async () => {
    const { folder, taskdeck, kept, logged } = home();
    const output = await taskdeck(['completion', 'bash'], { NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(await logged({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual(COMPILED);
    expect(kept()).toEqual([]);
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const places: readonly Record<string, string>[] = [
      { XDG_CACHE_HOME: file },
      { XDG_CACHE_HOME: '/proc/taskdeck' },
      { HOME: '' },
    ];
    for (const unusable of places) {
      expect(await taskdeck(['completion', 'bash'], unusable)).toBe(output);
      expect(await logged(unusable), JSON.stringify(unusable)).toEqual(COMPILED);
    }
    expect(kept()).toEqual([]);
  });

  it('replaces a file that other users can write, and does not execute it', async () => {
    const { kept, logged } = home();
    await logged();
    expect(await logged()).toEqual(CACHED);
    for (const file of kept()) chmodSync(file, 0o620);
    expect(await logged()).toEqual(STORED);
    for (const file of kept()) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await logged()).toEqual(CACHED);
  });

  it('is not used in a directory that other users can write', async () => {
    const { cache, kept, logged } = home();
    await logged();
    const [file = ''] = kept();
    for (const directory of [cache, path.dirname(file)]) {
      chmodSync(directory, 0o702);
      expect(await logged()).toEqual(COMPILED);
      chmodSync(directory, 0o700);
      expect(await logged()).toEqual(CACHED);
    }
  });

  it.runIf(process.getuid?.() === 0)('does not execute a file of another user', async () => {
    const { cache, kept, logged } = home();
    await logged();
    for (const file of kept()) chownSync(file, 65534, 65534);
    expect(await logged()).toEqual(STORED);
    const [file = ''] = kept();
    for (const directory of [cache, path.dirname(file)]) {
      chownSync(directory, 65534, 65534);
      expect(await logged()).toEqual(COMPILED);
      chownSync(directory, 0, 0);
      expect(await logged()).toEqual(CACHED);
    }
  });

  it('is not used again after a signal ended the first start that used it', async () => {
    const { logged } = home();
    await logged();
    expect(await logged({ CRASH: 'signal' })).toEqual(['cached cli.cjs']);
    expect(await logged()).toEqual(STORED);
    expect(await logged()).toEqual(CACHED);
  });

  it('is not used again after it was damaged', async () => {
    const { taskdeck, kept, logged } = home();
    const output = await taskdeck(['completion', 'bash']);
    expect(await logged()).toEqual(CACHED);
    for (const file of kept()) {
      const code = readFileSync(file);
      // V8 checks its header and the length, and executes the rest.
      writeFileSync(file, Buffer.concat([code.subarray(0, 64), code.subarray(64).map((byte) => ~byte)]));
    }
    await taskdeck(['completion', 'bash']).catch(() => undefined);
    expect(await taskdeck(['completion', 'bash'])).toBe(output);
  });

  it('is not used again after an unexpected error', async () => {
    const { logged, kept } = home();
    await logged();
    expect(await logged()).toEqual(CACHED);
    expect(await logged({ CRASH: 'exception' })).toEqual(CACHED);
    expect(kept()).toEqual([]);
    expect(await logged()).toEqual(STORED);
  });
});

it('the launcher prints the version by itself', async () => {
  const { taskdeck, kept } = home();
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await taskdeck(['--version'])).toBe(`${version}\n`);
  expect(await taskdeck(['-V'])).toBe(`${version}\n`);
  expect(kept()).toEqual([]);
});
