import { describe, expect, it } from 'vitest';
import { pickerContent } from '../../src/commands/picker.ts';
import type { Message } from '../../src/domain/message.ts';
import type { State } from '../../src/store/state.ts';
import {
  agent,
  live,
  makeChat,
  makeExtension,
  makeReport,
  makeTask,
  makeWorktree,
  you,
} from '../domain/builders.ts';
import {
  applyEvents,
  chatsReceived,
  emptyState,
  listReceived,
  onDeployment,
  transcriptReceived,
} from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const CODE = 'Run this:\n\n```sh\nmake \x1b[31mtest\n```\n\nThen commit.';
const LINK = 'https://git.example.test/orbital/pull/7';

const withTask = (...messages: readonly Message[]): State =>
  applyEvents(
    onDeployment(emptyState({ columns: 120, rows: 40 })),
    listReceived([
      makeTask({
        id: 'a',
        displayName: 'Fix \x1b[31mlogin',
        state: makeReport({ uri: LINK }),
        workspaceName: 'fix-login',
      }),
    ]),
    transcriptReceived('a', live(...messages)),
  );

const labels = (app: AppFixture): readonly string[] =>
  pickerContent(app.state())?.found.map(({ label, keys = [] }) => `${keys[0]} ${label}`) ?? [];

async function copied(app: AppFixture, ...keys: readonly string[]): Promise<string | undefined> {
  app.press('y', ...keys);
  await expect.poll(() => app.calls.at(-1)).toMatchObject({ what: 'copy' });
  const call = app.calls.at(-1);
  return call?.what === 'copy' ? call.text : undefined;
}

describe('y', () => {
  it('lists the texts of a task with a key for each', () => {
    const app = appFixture(withTask(you(1, 'go'), agent(2, CODE)));
    app.press('y');
    expect(labels(app)).toEqual([
      'y Last message',
      'c Last code block',
      't Title',
      'n Name',
      'i Id',
      'l Link of the agent',
      'a Address of the web page',
      'w Workspace',
      'p First prompt',
    ]);
  });

  it('again copies the first, and each key its own', async () => {
    const app = appFixture(withTask(you(1, 'go'), agent(2, CODE), agent(3, 'Done.')));
    expect(await copied(app, 'y')).toBe('Done.');
    expect(app.state().view.overlay).toBeNull();
    expect(await copied(app, 'c')).toBe('make test');
    expect(await copied(app, 't')).toBe('Fix login');
    expect(await copied(app, 'n')).toBe('ada/name-a');
    expect(await copied(app, 'i')).toBe('a');
    expect(await copied(app, 'l')).toBe(LINK);
    expect(await copied(app, 'a')).toBe('https://coder.example.com/tasks/ada/a');
    expect(await copied(app, 'w')).toBe('fix-login');
    expect(await copied(app, 'down', 'down', 'enter')).toBe('Fix login');
  });

  it('in the transcript takes the selected message, and its code first', async () => {
    const app = appFixture(
      withTask(you(1, 'go'), agent(2, CODE), you(3, 'again'), agent(4, '```\nlater\n```')),
    );
    app.press('tab', '{', '{', '{');
    app.press('y');
    expect(labels(app)[0]).toBe('y Selected message');
    app.press('esc');
    expect(await copied(app, 'c')).toBe('make test');
  });

  it('of a chat in a worktree offers its branch and directory', async () => {
    const worktree = makeWorktree({ branch: 'fix/login' });
    const chat = makeChat({
      id: 'c',
      extension: makeExtension({ worktree, directory: '/home/ada/orbital' }),
    });
    const app = appFixture(
      applyEvents(
        emptyState(),
        { type: 'sources-known', sources: ['tasks', 'chats'] },
        chatsReceived([chat]),
      ),
    );
    expect(await copied(app, 'b')).toBe('fix/login');
    expect(await copied(app, 'd')).toBe('/home/ada/orbital');
  });

  it('says when no task is selected', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived([])));
    app.press('y');
    expect(app.notice()).toBe('No task is selected.');
  });
});

describe('the web page of a task whose agent gave a link', () => {
  it('is opened by its command and from the menu of links', async () => {
    const app = appFixture(withTask(agent(1, 'See https://ci.example.test/run/9.')));
    app.press('o');
    expect(pickerContent(app.state())?.found.map(({ label }) => label)).toEqual([
      'git.example.test/orbital/pull/7',
      'Web page of the task',
      'ci.example.test/run/9',
    ]);
    app.press('down', 'enter');
    await expect
      .poll(() => app.calls)
      .toEqual([{ what: 'open', address: 'https://coder.example.com/tasks/ada/a' }]);
    app.press(':');
    app.type('web page of');
    app.press('enter');
    await expect.poll(() => app.calls).toHaveLength(2);
  });
});
