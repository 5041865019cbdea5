import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findOrStartLocalServer } from '../../../src/config/local-server.ts';
import { isStateDirectoryLocked } from '../../../src/config/server-lock.ts';
import { openAgentControl } from '../../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';
import { repositoryWithCommit } from '../../support/git-repository.ts';
import { detachedStart, endDetachedServer } from '../../support/local-server.ts';
import { taggedProcesses } from '../../support/tagged-processes.ts';
import { ChatClient, textOf } from '../chats/chat-client.ts';
import { waitUntil } from '../test-client.ts';

interface Chat {
  readonly status: string;
  readonly directory: string;
  readonly stage: { readonly name: string } | null;
  readonly worktree: { readonly path: string; readonly branch: string; readonly state: string };
}

/** The moments at which the server is killed, in the order in which one chat comes to them. */
const MOMENTS = ['in the checkout', 'while it asks', 'in the set-up', 'in the turn'] as const;

test('a chat survives kills of the server at each step of its first turn', async () => {
  const repository = repositoryWithCommit();
  const home = path.dirname(repository.root);
  const file = (name: string): string => path.join(home, name);
  const waitFor = (name: string): string =>
    `touch '${file(`${name}-begun`)}'; until test -e '${file(`${name}-go`)}'; do sleep 0.05; done`;
  repository.git('config', 'filter.slow.smudge', `${waitFor('checkout')}; cat`);
  repository.commit({
    '.gitattributes': 'z.slow filter=slow\n',
    'z.slow': 'slow\n',
    '.taskdeck/setup': `#!/bin/sh\necho x >> '${file('ran')}'; ${waitFor('set-up')}\n`,
  });
  const control = await openAgentControl();
  const stateDir = file('state');
  for (const name of ['config', 'sessions']) mkdirSync(file(name));
  const acp = fakeAgentCommand(control.switch, `state=${file('sessions')}`);
  writeFileSync(file('config/config.jsonc'), JSON.stringify({ agents: { fake: { acp } } }));
  onTestFinished(async () => {
    await endDetachedServer(stateDir);
    await control[Symbol.asyncDispose]();
  });
  const start = async () => {
    const options = await detachedStart(stateDir);
    const env = { ...options.env, TASKDECK_CONFIG_DIR: file('config') };
    const server = await findOrStartLocalServer({ ...options, env });
    return { pid: server.pid, client: new ChatClient(server, repository.root) };
  };
  let server = await start();
  const id = await server.client.create('hold', '', {
    worktree: {},
    environment: { ...repository.env, FAKE_AGENT: '' },
  });
  const chat = () => server.client.call<Chat>('GET', `chats/${id}`);
  const reached: Readonly<Record<(typeof MOMENTS)[number], () => Promise<unknown>>> = {
    'in the checkout': () => waitUntil('checkout', () => existsSync(file('checkout-begun'))),
    'while it asks': () => server.client.until(id, 'requires_action'),
    'in the set-up': async () => {
      await server.client.until(id, 'requires_action');
      const request = (await server.client.answer(id)).find(
        ({ tool_name: name, status }) => name === 'request_permission' && status === 'pending',
      );
      await server.client.call('POST', `chats/${id}/tool-results`, {
        results: [{ tool_call_id: request?.tool_call_id, output: { outcome: 'selected', option_id: 'run' } }],
      });
      await waitUntil('set-up', () => existsSync(file('set-up-begun')));
    },
    'in the turn': async () => (await control.agent()).fact('prompt'),
  };
  for (const moment of MOMENTS) {
    await reached[moment]();
    process.kill(server.pid, 'SIGKILL');
    await waitUntil('lock free', () => !isStateDirectoryLocked(stateDir));
    server = await start();
    expect(taggedProcesses(id), moment).toEqual([]);
    expect(await chat(), moment).toMatchObject({ status: 'error', stage: null });
    // What waited goes on now.
    if (moment === 'in the checkout') writeFileSync(file('checkout-go'), '');
    if (moment === 'in the set-up') writeFileSync(file('set-up-go'), '');
    await server.client.send(id, moment === 'in the turn' ? 'say Done.' : 'hold');
  }
  await server.client.until(id, 'waiting');
  expect(textOf(await server.client.answer(id))).toBe('Done.');
  const { worktree } = await chat();
  expect(worktree.state).toBe('made');
  expect(repository.in(worktree.path).git('status', '--porcelain')).toBe('');
  expect(repository.git('worktree', 'list', '--porcelain')).not.toContain('locked');
  expect(repository.git('branch', '--list', 'taskdeck/*').split('\n')).toHaveLength(1);
  // Cut off once, then to its end; allowed once.
  expect(readFileSync(file('ran'), 'utf8')).toBe('x\nx\n');
});
