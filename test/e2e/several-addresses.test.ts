import { expect, inject, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { blackHole } from '../support/black-hole.ts';
import { makeHome } from '../support/home.ts';
import { startProgram } from '../support/program.ts';
import { supported, withHosts } from '../support/restricted-environments.ts';
import { cleanEnvironment } from '../support/terminal-app.ts';

const [SLOW, DEAD] = ['127.0.0.2', '127.0.0.3'];

it('a deployment with one slow and one dead address is reached', async ({ skip }) => {
  skip(!supported.mounts, 'this machine does not allow mounts of a test');
  const slow = await blackHole(SLOW, 0, { tasks: [task()], count: 1 });
  await blackHole(DEAD, slow.port);
  const home = makeHome();
  const [command, ...args] = withHosts(
    [
      [SLOW, 'coder.test'],
      [DEAD, 'coder.test'],
    ],
    [process.execPath, inject('taskdeck'), 'list', '--quiet', '--plain-http'],
  );
  const env = { CODER_URL: `http://coder.test:${slow.port}`, CODER_SESSION_TOKEN: 'abc' };
  const program = startProgram({ command, args, cwd: '/', env: cleanEnvironment({ ...home.env, ...env }) });
  // Longer than Node waits for the first address.
  setTimeout(slow.open, 1_200);
  expect(await program.ended).toMatchObject({ code: 0, out: 'fix-login-1f2e\n', err: '' });
});
