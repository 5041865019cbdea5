import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import { actionDefinitions } from '../../src/script/commands.ts';
import { EXIT } from '../../src/script/exit-code.ts';
import { actionCommand } from '../../src/script/resolve-command.ts';
import { makeSession, makeTask, NOON } from '../domain/builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { TABLES_WITH_SESSIONS } from '../support/session-actions.ts';
import { withSessions } from '../support/session-source.ts';
import { failure, scriptedBackend } from '../sync/scripted-backend.ts';

/** Runs an action on these tasks. Every id but `a` is unknown to the source of Tasks. */
async function run(backend: AgentBackend, action: string, ...tasks: readonly string[]) {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const command = actionCommand(action, { tasks, yes: false, json: false }, false, TABLES_WITH_SESSIONS);
  const code = await command({
    backend,
    clock: manualClock(NOON),
    io: { ...io, isTTY: { stdin: false, stdout: false } },
    signal: new AbortController().signal,
  });
  const textOf = (stream: PassThrough): string => String(stream.read() ?? '');
  return { code, out: textOf(io.stdout), err: textOf(io.stderr) };
}

/** Answers the requests for tasks: `a` exists. */
function withTasks(...chats: Parameters<typeof withSessions>[1][]) {
  const { backend, ran } = withSessions(scriptedBackend(), ...chats);
  const [tasks, ...others] = backend.sources;
  const get: typeof tasks.get = async ({ id }) => {
    if (id !== 'a') throw failure({ kind: 'not-found', message: 'No such task.' });
    return makeTask({ id: 'a', name: 'one' });
  };
  return { backend: { ...backend, sources: [{ ...tasks, get }, ...others] } as AgentBackend, ran };
}

describe('a script', () => {
  it('has a command for each action that says how', () => {
    expect(actionDefinitions(TABLES_WITH_SESSIONS).map(({ name, flags }) => [name, flags.length])).toEqual([
      ['pause', 1],
      ['resume', 1],
      ['delete', 2],
      ['interrupt', 2],
      ['restore', 1],
      ['close', 1],
      ['reopen', 1],
    ]);
  });

  it('acts at once, without a question', async () => {
    const { backend, ran } = withTasks(makeSession({ id: 'c', name: 'talk', status: 'running' }));
    expect(await run(backend, 'close', 'c')).toEqual({
      code: EXIT.done,
      out: 'talk is closed.\n',
      err: '',
    });
    expect(ran).toEqual(['close c']);
  });

  it('runs the action that stands for another', async () => {
    const { backend, ran } = withTasks(makeSession({ id: 'c', name: 'talk', status: 'running' }));
    expect((await run(backend, 'pause', 'c')).out).toBe('talk is halted.\n');
    expect(ran).toEqual(['halt c']);
  });

  it('says why an action does not apply', async () => {
    const { backend, ran } = withTasks(makeSession({ id: 'c', name: 'talk' }));
    expect(await run(backend, 'close', 'a')).toMatchObject({
      code: EXIT.failed,
      err: expect.stringContaining('Close does not apply to a task.'),
    });
    expect((await run(backend, 'reopen', 'c')).err).toContain('It is not closed.');
    expect(ran).toEqual([]);
  });
});
