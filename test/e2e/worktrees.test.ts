import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { emptyRepository, type GitRepository } from '../support/git-repository.ts';
import type { Home } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { localAgents, nothingRuns } from './local-agents.ts';

/** Keys answer only after this time: the question can be read. */
const guardEnds = () => sleep(350);

const SET_UP = '#!/bin/sh\necho "$TASKDECK_REPOSITORY" >prepared.log\n';

/** A home with a fake agent, and a repository whose worktrees want a set-up. */
async function withRepository(setUp?: string) {
  const local = await localAgents({ env: { GIT_CONFIG_NOSYSTEM: '1' } });
  const { folder } = local.home;
  const repository = emptyRepository({ parent: folder, name: 'project', home: folder });
  if (setUp !== undefined) {
    repository.write('.taskdeck/setup', setUp);
    chmodSync(path.join(repository.root, '.taskdeck/setup'), 0o755);
  }
  repository.commit({ '.gitignore': '*.log\n', 'kept.txt': 'one\ntwo\n' }, 'Pin the clock');
  return { ...local, repository };
}

interface ShownChat {
  readonly id: string;
  readonly phase: string;
  readonly directory: string;
  readonly worktree: { readonly path: string; readonly branch: string; readonly base: string } | null;
}

const shown = async (home: Home, id: string): Promise<ShownChat> =>
  JSON.parse(await home.run('show', '--local', '--json', id));

const chats = async (home: Home): Promise<readonly ShownChat[]> =>
  JSON.parse(await home.run('list', '--local', '--json'));

const worktreesOf = ({ git }: GitRepository): number => git('worktree', 'list').split('\n').length;

/** Moves to a field of the form by its label. */
async function goTo(app: TerminalApp, label: string): Promise<void> {
  for (let presses = 0; !app.text().includes(`▌${label}`); presses++) {
    if (presses > 12) throw new Error(`There is no field ${label}:\n${app.framedScreen()}`);
    const before = app.text();
    app.press('tab');
    await app.shows((screen) => screen.text() !== before);
  }
}

/** Sends a message to the selected chat. */
async function send(app: TerminalApp, text: string): Promise<void> {
  app.press('i');
  await app.until('⏎ send');
  app.type(text);
  await app.until(text);
  app.press('enter');
}

/** Opens the worktree of the selected chat, and selects this choice. */
async function choose(app: TerminalApp, title: string): Promise<void> {
  for (let presses = 0; !app.text().includes(`▌ ${title}`); presses++) {
    if (presses > 12) throw new Error(`There is no choice ${title}:\n${app.framedScreen()}`);
    const before = app.text();
    app.press('down');
    await app.shows((screen) => screen.text() !== before);
  }
}

it('a chat of the form works in a worktree: reviewed, merged, removed with its branch', async () => {
  const { home, control, create, repository } = await withRepository(SET_UP);
  const app = await home.open(['--local'], { cwd: repository.root, cols: 120, rows: 40 });
  await app.shows(/0 tasks +live/);
  app.press('n');
  await app.until('▌prompt');
  app.type('say Working | hold');
  await app.until('say Working | hold');
  await goTo(app, 'worktree');
  app.type('yes');
  await app.until('▌ yes');
  app.press('enter');
  await app.until(new RegExp(`base +main · ${repository.id().slice(0, 7)} Pin the clock`));
  await app.shows(/branch +taskdeck\//);
  await goTo(app, 'prompt');
  app.press('enter');

  await app.until(/\? permission.*\.taskdeck\/setup.*1 Run it.*2 Skip it/s);
  await guardEnds();
  app.press('1');
  const agent = await control.agent();
  const chat = await shown(home, agent.owner);
  const root = String(chat.worktree?.path);
  const branch = String(chat.worktree?.branch);
  expect(branch).toMatch(/^taskdeck\/say-working-hold-[0-9a-f]{4}$/u);
  expect(chat.worktree?.base).toBe('main');
  expect((await agent.fact('new')).cwd).toBe(root);
  expect(readFileSync(path.join(root, 'prepared.log'), 'utf8')).toBe(`${repository.root}\n`);
  agent.run('shell printf "one\\n2\\nthree\\n" >kept.txt; echo new >new.txt');
  await app.until(/say Working.*\+3 -1 working.*say-working-hold-[0-9a-f]{4} · \+3 -1 in 2 files/s);
  agent.run('end');
  await app.shows(/say Working.*(?:idle|complete)/);

  app.press('D');
  await app.until(/\+2\b.*\+three/s);
  app.press('}', 'j');
  await app.until(/▌2 \+2/);
  app.press('c');
  await app.until('⏎ keep');
  app.type('Why 2?');
  await app.until('Why 2?');
  app.press('enter');
  await app.until(/comment[^\n]*: Why 2\?/);
  app.press('S');
  await app.until(/1 comment on your changes/);
  app.press('enter');
  await expect.poll(() => agent.facts.filter(({ type }) => type === 'prompt').length).toBe(2);
  expect((await agent.fact('prompt', 2)).text).toMatch(
    /^1 comment on your changes:\n\nkept\.txt:2: Why 2\?\n> 2$/u,
  );
  app.press('esc');
  await app.shows(/say Working.*(?:idle|complete)/);

  app.press('W');
  await app.until(/Remove the worktree \(not now\).*new\.txt/s);
  expect(app.text()).toMatch(/Merge into main \(not now\).*kept\.txt/s);
  app.press('esc');
  await app.until(/you \d/);
  await send(app, 'shell git add . && git commit -qm Third && git log -1 --format=Subject:%s');
  await app.until('Subject:Third');
  await app.shows(/say Working.*(?:idle|complete)/);
  app.press('W');
  await app.until(/1 commit ahead of main/);
  await choose(app, 'Merge into main');
  app.press('enter');
  await app.until(/Merge into main\?.*git merge/s);
  app.press('y');
  await app.until(/Merged 1 commit.*Merge into main \(not now\)/s);
  expect(repository.git('log', '-1', '--format=%s')).toBe('Third');
  expect(readFileSync(path.join(repository.root, 'new.txt'), 'utf8')).toBe('new\n');
  expect(repository.git('status', '--porcelain')).toBe('');

  await choose(app, 'Remove the worktree');
  app.press('enter');
  await app.until(new RegExp(`git branch -d ${branch}`));
  app.press('b');
  await expect.poll(() => existsSync(root)).toBe(false);
  await expect.poll(() => repository.git('branch', '--list', 'taskdeck/*')).toBe('');
  expect(worktreesOf(repository)).toBe(1);
  await app.until(/[Rr]emoved/);
  app.press('esc');

  // The set-up has the same content, and the user has seen it.
  const second = await create('say again', '--cwd', repository.root, '--worktree');
  await home.run('wait', '--local', second);
  const { directory } = await shown(home, second);
  expect(readFileSync(path.join(directory, 'prepared.log'), 'utf8')).toBe(`${repository.root}\n`);
  app.press('q');
  expect((await app.exit()).code).toBe(0);
  await home.run('serve', '--stop');
  await nothingRuns(agent.owner, second);
}, 120_000);

it('the command line makes, refuses, finishes and lists worktrees', async () => {
  const { home, repository, create } = await withRepository();
  repository.git('tag', 'v1');
  repository.commit({ 'later.txt': 'x\n' }, 'Later');
  const outside = path.join(home.folder, 'outside');
  mkdirSync(outside);
  const options = ['create', '--local', '--model', 'fake', '--cwd'];
  const wrong = [
    { args: [...options, outside, '--worktree', 'x'], said: /is in no git repository/ },
    { args: [...options, repository.root, '--worktree', '--branch', 'main', 'x'], said: /main exists/ },
    { args: [...options, repository.root, '--worktree', '--base', 'nowhere', 'x'], said: /nowhere/ },
  ];
  for (const { args, said } of wrong) {
    const { code, out, err } = await home.call(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  }
  expect(await chats(home)).toEqual([]);
  expect(worktreesOf(repository)).toBe(1);

  const place = ['--cwd', repository.root, '--worktree', '--base', 'v1', '--branch', 'mine'];
  const id = await create('shell echo new >new.txt; ls', ...place);
  await home.run('wait', '--local', id);
  const { worktree, directory } = await shown(home, id);
  expect(worktree).toMatchObject({ branch: 'mine', base: 'v1', path: directory });
  expect(existsSync(path.join(directory, 'later.txt'))).toBe(false);
  expect(await home.run('show', '--local', id)).toMatch(/branch +mine, .*v1/);

  const refused = await home.call(['worktree', '--local', id, 'remove', '--yes']);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('new.txt');
  expect(existsSync(path.join(directory, 'new.txt'))).toBe(true);
  const merge = await home.call(['worktree', '--local', id, 'merge']);
  expect(merge).toMatchObject({ code: 1, err: expect.stringContaining('v1') });

  await home.run('send', '--local', id, 'shell git add . && git commit -qm Third');
  await home.run('wait', '--local', id);
  // The server counts in the background.
  const counts = async () => (await shown(home, id)).worktree;
  await expect.poll(counts, { interval: 500 }).toMatchObject({ ahead: 1, untracked: 0 });
  await home.run('delete', '--local', '--yes', id);
  await home.run('delete', '--local', '--yes', id);
  expect(existsSync(path.join(directory, 'new.txt'))).toBe(true);
  const { out: doctor } = await home.call(['doctor', '--local']);
  expect(doctor).toMatch(/mine +.*its chat is deleted; 1 commit ahead of v1/);
  await home.run('serve', '--stop');
  await nothingRuns(id);
});
