import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { Readable, Writable } from 'node:stream';
import { client, ndJsonStream } from '@agentclientprotocol/sdk';
import { afterEach, expect, it } from 'vitest';
import { openAgentControl } from './agent-control.ts';
import { fakeAgentCommand } from './fake-agent.ts';

let child: ChildProcess | null = null;

afterEach(async () => {
  if (child === null || child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
});

/** A session of a fake agent, and the updates and questions that it sent. */
async function start(...switches: readonly string[]) {
  const [program = '', ...args] = fakeAgentCommand(...switches);
  const agent = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, CODER_TASK_ID: 'a-chat' },
  });
  child = agent;
  const updates: Record<string, unknown>[] = [];
  const connection = client()
    .onNotification('session/update', ({ params }) => {
      updates.push(params.update);
    })
    .onRequest('session/request_permission', () => ({ outcome: { outcome: 'selected', optionId: 'once' } }))
    .connect(ndJsonStream(Writable.toWeb(agent.stdin), Readable.toWeb(agent.stdout) as never));
  await connection.agent.request('initialize', { protocolVersion: 1, clientCapabilities: {} });
  const session = await connection.agent.request('session/new', { cwd: tmpdir(), mcpServers: [] });
  const prompt = (text: string) =>
    connection.agent.request('session/prompt', {
      sessionId: session.sessionId,
      prompt: [{ type: 'text', text }],
    });
  return { agent, session, prompt, updates };
}

it('the fake agent runs the steps of a prompt, and ends with its input', async () => {
  const { agent, prompt, updates } = await start();
  expect(await prompt('say hello | ask npm test | plan one, two')).toEqual({ stopReason: 'end_turn' });
  expect(updates.map(({ sessionUpdate }) => sessionUpdate)).toEqual([
    'agent_message_chunk',
    'tool_call',
    'tool_call_update',
    'tool_call_update',
    'agent_message_chunk',
    'plan',
  ]);
  expect(updates[4]).toMatchObject({ content: { text: 'Answer: once.' } });
  expect(await prompt('Anything else')).toEqual({ stopReason: 'end_turn' });
  expect(updates.at(-1)).toMatchObject({ content: { text: 'You said: Anything else' } });
  const exited = once(agent, 'exit');
  agent.stdin.end();
  expect(await exited).toEqual([0, null]);
});

it('a test decides when a turn of the fake agent goes on and ends', async () => {
  await using control = await openAgentControl();
  const { prompt, updates, session } = await start(control.switch);
  const turn = prompt('hold');
  const controlled = await control.agent({ owner: 'a-chat' });
  expect(await controlled.fact('holding')).toEqual({ type: 'holding', session: session.sessionId });
  controlled.run('say first');
  await controlled.fact('holding', 2);
  // Facts and updates come over two connections.
  await expect
    .poll(() => updates)
    .toEqual([{ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'first' } }]);
  controlled.run('end refusal');
  expect(await turn).toEqual({ stopReason: 'refusal' });
});
