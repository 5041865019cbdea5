import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { directoryProblem, runInDirectory } from '../../src/terminal/directory-programs.ts';
import { EXTENSIONS } from '../../src/wire/local-extension.ts';
import { makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

it('a directory that does not exist, or an editor that is not set, opens nothing', () => {
  expect(directoryProblem('/no/such', { kind: 'shell' }, {})).toBe('The directory /no/such does not exist.');
  expect(directoryProblem('/', { kind: 'editor' }, {})).toContain('No editor is set.');
  expect(directoryProblem('/', { kind: 'shell' }, {})).toBe(null);
});

it('programs run in the directory, with the environment of the user', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-directory-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const said: string[] = [];
  const options = (env: Record<string, string>) => ({
    env: { PATH: process.env.PATH ?? '', ...env },
    askForKey: async (sentence: string) => void said.push(sentence),
    say: async (sentence: string) => void said.push(sentence),
  });
  const command = {
    kind: 'command',
    command: 'pwd > here; printf %s "$CODER_SESSION_TOKEN" > token; exit 3',
  } as const;
  expect(await runInDirectory(directory, command, options({ CODER_SESSION_TOKEN: 'secret' }))).toBe(null);
  expect(readFileSync(path.join(directory, 'here'), 'utf8').trim()).toBe(realpathSync(directory));
  expect(readFileSync(path.join(directory, 'token'), 'utf8')).toBe('');
  expect(said).toEqual([command.command, expect.stringContaining('exited with code 3. Press any key')]);
  const editor = options({ EDITOR: 'touch edited' });
  expect(await runInDirectory(directory, { kind: 'editor' }, editor)).toBe(null);
  expect(existsSync(path.join(directory, 'edited'))).toBe(true);
  const missing = options({ EDITOR: '/no/editor' });
  expect((await runInDirectory(directory, { kind: 'editor' }, missing))?.text).toContain(
    'Cannot run the editor',
  );
  const shell = options({ SHELL: '/no/shell' });
  expect((await runInDirectory(directory, { kind: 'shell' }, shell))?.text).toContain(
    'Cannot run the shell /no/shell.',
  );
});

it('the prompt shows the commands of the agent, and tab completes one', async () => {
  const server = await chatsDeployment({ extensions: EXTENSIONS });
  server.chats.seed({
    title: 'Sign in',
    extra: {
      commands: [
        { name: 'init', description: 'Makes a file' },
        { name: 'review', description: 'Reads changes' },
      ],
    },
  });
  const app = await pollOften(makeHome(signedIn(server))).open([], { cols: 80, rows: 24 });
  await app.shows('Sign in');
  app.press('i');
  await app.shows('write to');
  app.type('/');
  await app.until(/\/init Makes a file {2}\/review/);
  app.type('re');
  await app.until(/\/review Reads changes/);
  app.press('tab');
  await app.until('❯ /review');
  expect(app.text()).not.toContain('Reads changes');
});
