import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeHome } from '../support/home.ts';

it('send and resume name a task’s deleted directory; pause and delete still work', async () => {
  const home = makeHome();
  const directory = path.join(home.folder, 'project');
  mkdirSync(directory);
  await home.run(
    'create',
    '--local',
    '--template',
    'shell',
    '--cwd',
    'project',
    '--name',
    'there',
    'echo up',
  );
  await home.run('wait', '--local', 'there');
  rmSync(directory, { recursive: true });
  const missing = `The directory ${path.join(realpathSync(home.folder), 'project')} is missing.`;

  const sent = await home.call(['send', '--local', 'there', 'pwd']);
  expect(sent.code).toBe(1);
  expect(sent.err).toContain(`${missing} Create it again, then send or resume; or delete the task.`);

  const app = await home.open(['--local'], { cols: 160 });
  await app.until(/│ +up /);
  app.press('enter');
  app.type('echo the draft');
  await app.until('echo the draft');
  app.press('enter');
  await app.until(missing);
  // Nothing was sent, and the text is in the prompt again.
  await app.until('continue “echo the draft”');

  await home.run('pause', '--local', 'there');
  await app.until(/paused/);
  const resumed = await home.call(['resume', '--local', 'there']);
  expect(resumed.code).toBe(1);
  expect(resumed.err).toContain(missing);
  await home.run('delete', '--local', '--yes', 'there');
  await app.until('No tasks yet');
  expect(existsSync(directory)).toBe(false);
  app.press('q');
  await app.exit();
});

it('a relative --cwd in a deleted directory fails with a sentence', async () => {
  const home = makeHome();
  const result = await home.bash(
    'mkdir gone && cd gone && rmdir ../gone && taskdeck create --local --template shell --cwd sub true',
  );
  expect(result.code).toBe(2);
  expect(result.err).toContain(
    '--cwd sub is relative, and the current directory was deleted. Use an absolute path.',
  );
});
