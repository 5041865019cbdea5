import { chmodSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakeAgentCommand } from '../support/acp/fake-agent.ts';
import { emptyRepository } from '../support/git-repository.ts';
import { type Home, makeHome } from '../support/home.ts';
import { temporaryDirectory } from '../support/local-server.ts';

/** A home with a fake agent, and a `claude` without its adapter. */
function withAgents(): Home {
  const { path: bin, remove } = temporaryDirectory();
  onTestFinished(remove);
  const home = makeHome({ env: { PATH: `${bin}:/usr/bin:/bin` } });
  const sessions = path.join(home.folder, 'sessions');
  mkdirSync(sessions);
  const agent = {
    title: 'Fake agent',
    acp: fakeAgentCommand(`state=${sessions}`),
    modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
  };
  const config = path.join(home.folder, 'config', 'taskdeck');
  mkdirSync(config, { recursive: true });
  const agents = { fake: agent, gone: { acp: ['not-there', '--acp'] } };
  writeFileSync(path.join(config, 'config.jsonc'), JSON.stringify({ agents }), { mode: 0o600 });
  const claude = path.join(bin, 'claude');
  writeFileSync(claude, '#!/bin/sh\n');
  chmodSync(claude, 0o755);
  return home;
}

const create = (home: Home, ...args: readonly string[]) => home.call(['create', '--local', ...args]);
const shown = async (home: Home, id: string) => JSON.parse(await home.run('show', '--local', '--json', id));

describe('create on this machine', () => {
  it('starts a chat with an agent, its model, effort, mode and directory', async () => {
    const home = withAgents();
    mkdirSync(path.join(home.folder, 'project'));
    const flags = ['--model', 'fake/large', '--effort', 'high', '--permission', 'edits', '--cwd', 'project'];
    const made = await create(home, ...flags, '--json', 'say hello');
    expect(made).toMatchObject({ code: 0, err: '' });
    const { id, kind } = JSON.parse(made.out);
    expect(kind).toBe('chat');
    await home.run('wait', '--local', id);
    const chat = await shown(home, id);
    expect(chat).toMatchObject({
      directory: path.join(realpathSync(home.folder), 'project'),
      permission_mode: 'edits',
      last_reasoning_effort: 'high',
    });
    expect(await home.run('logs', '--local', id)).toContain('hello');
  });

  it('knows an agent by --template, as it did before agents had chats', async () => {
    const home = withAgents();
    const made = await create(home, '--template', 'fake', '--name', 'greeting', '--json', 'say hello');
    expect(made).toMatchObject({ code: 0, err: '' });
    const chat = JSON.parse(made.out);
    expect(chat).toMatchObject({ kind: 'chat', title: 'greeting' });
    const alone = await create(home, '--model', 'fake', 'say again');
    expect(alone).toMatchObject({ code: 0, err: '' });
    await home.run('wait', '--local', chat.id, alone.out.trim());
  });

  it('plans first, and takes the directory as the workspace', async () => {
    const home = withAgents();
    const made = await create(home, '--model', 'fake', '--plan', '--workspace', '.', '--json', 'say plan');
    const { id } = JSON.parse(made.out);
    await home.run('wait', '--local', id);
    expect(await shown(home, id)).toMatchObject({ plan_mode: 'plan', directory: realpathSync(home.folder) });
  });

  it('is refused with an exit code and a sentence', async () => {
    const home = withAgents();
    const refusals = [
      [
        ['fix it'],
        2,
        /^taskdeck: No agent given\. Choose one: --model fake\. --template shell runs the prompt as a command\.$/,
      ],
      [['--model', 'fak', 'x'], 2, /^taskdeck: No model is called "fak"\. Did you mean.*fake/],
      [
        ['--permission', 'some', 'x'],
        2,
        /^taskdeck: "some" is not a value of --permission\. .*ask, edits, all/,
      ],
      [['--model', 'fake', '--template', 'shell', 'x'], 2, /makes a task and --model a chat/],
      [['--model', 'fake', '--workspace', '.', '--cwd', '.', 'x'], 2, /--workspace and --cwd are the same/],
      [['--model', 'fake', '--cwd', 'nowhere', 'x'], 1, /Unable to use the directory: it does not exist/],
      [
        ['--model', 'claude', 'x'],
        1,
        /its adapter claude-agent-acp is not installed\. Run: npm install --global @agentclientprotocol\/claude-agent-acp/,
      ],
      [
        ['--template', 'claude', 'x'],
        1,
        /its adapter claude-agent-acp is not installed\. Run: npm install --global/,
      ],
      [['--model', 'gone', 'x'], 1, /not-there is not on PATH/],
      [['--template', 'nothing', 'x'], 2, /No template is called "nothing"/],
    ] as const;
    for (const [args, code, message] of refusals) {
      const refused = await create(home, ...args);
      expect(refused.err.trim(), args.join(' ')).toMatch(message);
      expect(refused, args.join(' ')).toMatchObject({ code, out: '' });
    }
    expect(JSON.parse(await home.run('list', '--local', '--json'))).toEqual([]);
  });

  it('works in a worktree of a repository, which show and list name', async () => {
    const home = withAgents();
    const repository = emptyRepository({ parent: home.folder, name: '仓库', home: home.folder });
    const commit = repository.commit({ 'a.txt': 'a' }, 'Begin \u001b[31mred');
    const inRepository = ['--model', 'fake', '--cwd', '仓库'];
    const made = await create(home, ...inRepository, '--branch', 'fix/登录', '--json', 'say hello');
    const { id, worktree, directory } = JSON.parse(made.out);
    expect(worktree).toMatchObject({
      branch: 'fix/登录',
      base: 'main',
      state: 'planned',
      repository: repository.root,
    });
    expect(made.err).toBe(
      `taskdeck: The agent works on the new branch fix/登录 from main at ${commit.slice(0, 7)} (Begin red), in ${worktree.path}.\n`,
    );
    await home.run('wait', '--local', id);
    expect(repository.in(directory).git('branch', '--show-current')).toBe('fix/登录');
    const text = await home.run('show', '--local', id);
    expect(text).toContain(worktree.path);
    expect(text).toMatch(/^branch +fix\/登录, from main$/mu);
    expect((await shown(home, id)).worktree).toMatchObject({ branch: 'fix/登录', state: 'made' });
    expect(await home.run('list', '--local', '-q', '--query', 'is:worktree')).toBe(`${id.slice(0, 8)}\n`);
    const refusals: readonly (readonly [where: string, flags: readonly string[], sentence: string])[] = [
      ['仓库', ['--branch', 'main'], 'The branch main exists already.'],
      ['仓库', ['--base', 'nope'], 'has the name nope.'],
      ['.', ['--worktree'], 'is in no git repository.'],
    ];
    for (const [where, flags, sentence] of refusals) {
      const refused = await create(home, '--model', 'fake', '--cwd', where, ...flags, 'x');
      expect(refused.err).toContain(sentence);
      expect(refused).toMatchObject({ code: 2, out: '' });
    }
    expect(JSON.parse(await home.run('list', '--local', '--json'))).toHaveLength(1);
  });

  it('finds an agent on the PATH of the shell that asks, although the server was started from another', async () => {
    const home = withAgents();
    await home.run('list', '--local');
    const { path: bin, remove } = temporaryDirectory();
    onTestFinished(remove);
    writeFileSync(path.join(bin, 'gemini'), '#!/bin/sh\n', { mode: 0o755 });
    const refused = await home.call(
      ['create', '--local', '--model', 'gemini/none', '--cwd', 'nowhere', 'x'],
      {
        env: { PATH: `${bin}:/usr/bin:/bin` },
      },
    );
    // The agent is known, and the next check fails.
    expect(refused.err).toContain('Unable to use the directory');
    expect((await create(home, '--model', 'gemini', 'x')).err).toContain('No model is called "gemini"');
  });

  it('doctor lists the agents, and completion their names', async () => {
    const home = withAgents();
    await home.run('create', '--local', '--model', 'fake', 'say hello');
    const { out } = await home.call(['doctor', '--local']);
    expect(out).toMatch(/ok fake +Fake agent/);
    expect(out).toMatch(/claude +its adapter claude-agent-acp is not installed\. Run: npm install/);
    const { out: candidates } = await home.call([
      '__complete',
      'zsh',
      '--',
      'create',
      '--local',
      '--model',
      'f',
    ]);
    expect(candidates).toContain('fake');
    const repository = emptyRepository();
    repository.commit({ 'a.txt': 'a' }, 'Begin');
    repository.git('branch', '功能');
    const refs = await home.call([
      '__complete',
      'zsh',
      '--',
      'create',
      '--cwd',
      repository.root,
      '--base',
      '',
    ]);
    expect(refs.out.trim().split('\n').sort()).toEqual(['main:Begin', '功能:Begin']);
  });
});
