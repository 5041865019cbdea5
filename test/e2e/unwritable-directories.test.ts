import { describe, expect, inject, it } from 'vitest';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import {
  inRestrictedEnvironment,
  type RestrictedEnvironment,
  supported,
  unwritableEnvironments,
  withMounts,
} from '../support/restricted-environments.ts';
import { deployment, signedIn, TOKEN } from './deployment.ts';

const WIDE = { cols: 200, rows: 30 };
/** Raw system errors as Node prints them. */
const ERRNO = /\bE[A-Z]{3,}\b|\berrno\b|syscall|uv_|\bat .+:\d+:\d+/;

/** Matches text that is wrapped between words. */
const unbroken = (screen: Pick<ScreenSnapshot, 'text'>): string => screen.text().replaceAll(/\s*\n\s*/g, ' ');

const skipped = ({ needs }: RestrictedEnvironment): readonly [boolean, string] => [
  needs !== null && !supported[needs],
  `this machine does not allow ${needs === 'unknownUser' ? 'setpriv' : 'mounts of a test'}`,
];

describe.each(unwritableEnvironments)('with $name', (place) => {
  it('commands on a deployment work without a warning', async ({ skip }) => {
    skip(...skipped(place));
    const { env } = signedIn(await deployment());
    const { run } = inRestrictedEnvironment(place, env);
    expect(await run(['list', '--quiet']).ended).toEqual({
      code: 0,
      signal: null,
      out: 'fix-login-1f2e\n',
      err: '',
    });
  });

  it('the screen works, and warns once that it stores nothing', async ({ skip }) => {
    skip(...skipped(place));
    const { env } = signedIn(await deployment());
    const { open, state } = inRestrictedEnvironment(place, env);
    const app = await open([], WIDE);
    await app.until('● Fix login');
    await app.until((screen) => unbroken(screen).includes('Nothing is saved in this run.'));
    const screenText = unbroken(app.emulator);
    expect(screenText).toContain(`Cannot use the directory ${state}`);
    expect(screenText).toContain('TASKDECK_STATE_DIR');
    expect(screenText).not.toMatch(ERRNO);
    app.press('esc');
    await app.until((screen) => !unbroken(screen).includes('Nothing is saved'));
    // Each key would write the draft.
    app.type('idraft');
    await app.until('draft');
    expect(unbroken(app.emulator)).not.toMatch(/Nothing is saved|Cannot save drafts/);
    app.press('esc');
    await app.until((screen) => !screen.text().includes('esc back'));
    app.type('q');
    expect((await app.exit()).code).toBe(0);
  });

  it('serve fails with the directory and a hint', async ({ skip }) => {
    skip(...skipped(place));
    const { run, state } = inRestrictedEnvironment(place);
    const result = await run(['serve']).ended;
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.err).toContain(`Cannot use the directory ${state}`);
    expect(result.err).toMatch(/[Ss]et TASKDECK_STATE_DIR to a directory that you can write to\.\n$/);
    expect(result.err).not.toMatch(ERRNO);
  });

  it('local tasks fail with the directory too', async ({ skip }) => {
    skip(...skipped(place));
    const { run, state } = inRestrictedEnvironment(place);
    const result = await run(['list', '--local']).ended;
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toContain(`Cannot use the directory ${state}`);
    expect(result.err).not.toMatch(ERRNO);
  });

  it('login fails with the directory and a hint', async ({ skip }) => {
    skip(...skipped(place));
    const { run, config } = inRestrictedEnvironment(place);
    const server = await deployment();
    const result = await run(['login', server.url], { stdin: { text: TOKEN } }).ended;
    expect([1, 2]).toContain(result.code);
    expect(result.out).toBe('');
    expect(result.err).toContain(config);
    expect(result.err).toMatch(/set TASKDECK_CONFIG_DIR|Make it readable/i);
    expect(result.err).not.toMatch(ERRNO);
  });

  it('doctor reports the directory', async ({ skip }) => {
    skip(...skipped(place));
    const { env } = signedIn(await deployment());
    const { run, state } = inRestrictedEnvironment(place, env);
    const result = await run(['doctor']).ended;
    expect(result).toMatchObject({ code: 1, err: '' });
    expect(result.out).toContain(`!! state directory`);
    expect(result.out).toContain(`Cannot use the directory ${state}`);
    expect(result.out).toContain('ok tasks');
    expect(result.out).not.toMatch(ERRNO);
  });
});

it('another deployment can be chosen although the choice cannot be stored', async ({ skip }) => {
  skip(!supported.mounts, 'this machine does not allow mounts of a test');
  const [work, play] = [await deployment(), await deployment()];
  const home = makeHome();
  const config = home.env.TASKDECK_CONFIG_DIR ?? '';
  for (const [name, server] of Object.entries({ work, play })) {
    await home.call(['login', server.url, '--profile', name], { stdin: { text: TOKEN } });
  }
  const [command, ...args] = withMounts(
    `mount --bind '${config}' '${config}'; mount -o remount,bind,ro '${config}'`,
    [process.execPath, inject('taskdeck')],
  );
  const app = await home.open(undefined, { command, args, ...WIDE });
  await app.until((screen) => screen.text().includes(`${new URL(play.url).host} · ada`));
  app.press('P');
  await app.until('work');
  app.press('enter');
  await app.until((screen) => screen.text().includes(`${new URL(work.url).host} · ada`));
  app.type('q');
  expect((await app.exit()).code).toBe(0);
});

it.each([
  [
    'a relative state directory in a deleted one',
    'mkdir gone; cd gone; rmdir ../gone; TASKDECK_STATE_DIR=state taskdeck list --local',
    /^taskdeck: TASKDECK_STATE_DIR is relative \(state\), but the current directory was deleted\. Set it to an absolute path\.$/m,
  ],
  [
    'a relative config directory in a deleted one',
    'mkdir gone; cd gone; rmdir ../gone; TASKDECK_CONFIG_DIR=config taskdeck login http://127.0.0.1:1',
    /^taskdeck: TASKDECK_CONFIG_DIR is relative \(config\), but the current directory was deleted/m,
  ],
  [
    'a relative directory of coder login in a deleted one',
    'mkdir gone; cd gone; rmdir ../gone; CODER_CONFIG_DIR=coder taskdeck list',
    /^taskdeck: CODER_CONFIG_DIR is relative \(coder\), but the current directory was deleted/m,
  ],
  [
    'output to a full disk',
    'taskdeck help > /dev/full',
    /^taskdeck: Cannot write the output: the disk is full\.$/m,
  ],
  [
    'a directory that is missing',
    'taskdeck create --local --template shell --cwd missing pwd',
    /^taskdeck: Unable to use the working directory\. \S+\/missing is not a directory$/m,
  ],
])('%s is reported', async (_, line, sentence) => {
  const result = await makeHome().bash(line);
  expect(result.err).toMatch(sentence);
  expect(result.code).not.toBe(0);
  expect(result.err).not.toMatch(ERRNO);
});
