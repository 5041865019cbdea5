import { cpSync, globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import { openShellForm } from '../support/shell-form.ts';
import { deployment, signedIn } from './deployment.ts';

/** Matches a message that is wrapped between words. */
const says =
  (expected: RegExp) =>
  (screen: ScreenSnapshot): boolean =>
    expected.test(screen.text().replaceAll(/\s*\n\s*/g, ' '));

/** A line for `sh` that runs a program in a deleted directory. */
const inDeleted = (line: string): readonly string[] => [
  '-c',
  `mkdir gone && cd gone && rmdir ../gone && ${line}`,
];

describe('in a deleted directory', () => {
  it('the screen of a deployment works, and saving needs an absolute path', async () => {
    const server = await deployment();
    const home = makeHome();
    const app = await home.open([], {
      command: '/bin/sh',
      args: inDeleted('exec taskdeck'),
      ...signedIn(server),
    });
    await app.until(/● Fix login[\s\S]*q quit/);
    app.press('tab');
    await app.until('y copy');
    app.press('S');
    await app.until(/fix-login\S*\.txt/);
    app.press('enter');
    await app.until(says(/started in was deleted\. Use an absolute path/));
    app.press('esc');
    await app.until(/y copy/);
    app.press('q');
    expect((await app.exit()).code).toBe(0);
  });

  it('the local screen reports it, and a new task gets its own directory', async () => {
    const home = makeHome();
    const app = await home.open([], { command: '/bin/sh', args: inDeleted('exec taskdeck --local') });
    await app.until(says(/current directory was deleted, so each new task gets its own directory/));
    await app.until('Press n to start one');
    await openShellForm(app);
    await app.shows('in a directory of its own');
    app.type('echo in $PWD');
    await app.until('echo in $PWD');
    app.press('enter');
    await app.until(/in \/\S*\/state\//);
  });

  it.each([
    ['list', 0],
    ['doctor', 0],
    ['--help', 0],
  ] as const)('taskdeck %s works', async (command, code) => {
    const server = await deployment();
    const home = makeHome();
    const app = await home.open([], {
      command: '/bin/sh',
      args: inDeleted(`exec taskdeck ${command}`),
      ...signedIn(server),
    });
    expect((await app.exit()).code).toBe(code);
    expect(app.emulator.history()).not.toMatch(/ENOENT|uv_cwd/);
  });
});

describe('an error at the start is printed on the shell’s screen', () => {
  it.each<readonly [string, readonly string[], RegExp, number]>([
    ['an unknown profile', ['--profile=nowhere'], /taskdeck: .*nowhere/, 2],
    ['no token', ['--url=http://127.0.0.1:1'], /taskdeck: No token for/, 3],
    ['an invalid URL', ['--url=http://'], /taskdeck: /, 2],
    ['an unknown flag', ['--frobnicate'], /taskdeck: /, 2],
  ])('%s', async (_, args, sentence, code) => {
    const app = await makeHome().open(args);
    expect((await app.exit()).code).toBe(code);
    expect(app.modes()).toEqual(INITIAL_MODES);
    expect(app.emulator.history()).toMatch(sentence);
  });

  it('an unreadable file of the program', async () => {
    const home = makeHome();
    const server = await deployment();
    const program = path.join(home.folder, 'program');
    cpSync(path.dirname(path.dirname(inject('taskdeck'))), program, { recursive: true });
    const [wasm = ''] = globSync(path.join(program, 'dist', '**', 'yoga.wasm'));
    writeFileSync(wasm, 'nothing of the kind');
    const app = await home.open([], {
      args: [path.join(program, 'bin', 'taskdeck.js')],
      ...signedIn(server),
    });
    expect((await app.exit()).code).toBe(1);
    expect(app.modes()).toEqual(INITIAL_MODES);
    expect(app.emulator.history()).toMatch(/taskdeck/);
  });

  it('earlier output is on the screen again after the exit', async () => {
    const server = await deployment();
    const app = await makeHome().open([], {
      command: '/bin/sh',
      args: ['-c', 'echo said before >&2; exec taskdeck'],
      ...signedIn(server),
    });
    await app.until(/● Fix login[\s\S]*q quit/);
    app.press('q');
    expect((await app.exit()).code).toBe(0);
    expect(app.text()).toContain('said before');
  });
});
