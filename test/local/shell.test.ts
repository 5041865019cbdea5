import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { userShell } from '../../src/local/agents/shell.ts';
import { temporaryDirectory } from '../support/local-server.ts';
import {
  inRestrictedEnvironment,
  supported,
  unwritableEnvironments,
} from '../support/restricted-environments.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
beforeAll(() => {
  temporary = temporaryDirectory();
  writeFileSync(path.join(temporary.path, 'notes'), 'not a program', { mode: 0o644 });
});
afterAll(() => temporary.remove());

/** The fallback if SHELL is not usable. */
const fallback = (): string => {
  const { shell } = userInfo();
  return shell?.startsWith('/') && !/(?:false|nologin)$/.test(shell) ? shell : '/bin/sh';
};

describe('commands are run with', () => {
  test('SHELL if it is a shell', () => {
    expect(userShell({ SHELL: '/bin/sh' })).toBe('/bin/sh');
  });

  test.each([
    ['unset', undefined],
    ['empty', ''],
    ['/bin/false', '/bin/false'],
    ['/usr/sbin/nologin', '/usr/sbin/nologin'],
    ['/sbin/nologin', '/sbin/nologin'],
    ['/bin/true', '/bin/true'],
    ['a file that does not exist', '/usr/bin/taskdeck-shell'],
    ['a bare name', 'bash'],
    ['a directory', '/tmp'],
    ['a file that is no program', 'notes'],
  ])('another shell if SHELL is %s', (_, shell) => {
    const SHELL = shell === 'notes' ? path.join(temporary.path, shell) : shell;
    expect(userShell({ SHELL })).toBe(fallback());
  });
});

test('a task runs under a user id without an entry, without SHELL and HOME', async ({ skip }) => {
  skip(!supported.unknownUser, 'this machine does not allow setpriv');
  const environment = unwritableEnvironments.find(({ name }) =>
    name.startsWith('a user id without an entry'),
  );
  if (environment === undefined) throw new Error('the kit has no such environment');
  const state = path.join(tmpdir(), `taskdeck-stranger-${process.pid}`);
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const { run } = inRestrictedEnvironment(environment, { TASKDECK_STATE_DIR: state });
  try {
    const created = await run(['create', '--local', '--template', 'shell', 'echo "it works: $((40 + 2))"'])
      .ended;
    expect(created).toMatchObject({ code: 0, err: '' });
    const name = created.out.trim();
    expect(await run(['wait', '--local', name, '--timeout', '20s']).ended).toMatchObject({ code: 0 });
    expect((await run(['logs', '--local', name]).ended).out).toContain('it works: 42');
  } finally {
    await run(['serve', '--stop']).ended;
  }
});
