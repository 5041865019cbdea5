import { describe, expect, it } from 'vitest';
import { createQuit } from '../../src/sync/quit.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { makeBuild, makeTask } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

function startQuit(status: string) {
  const fixture = syncFixture({ tasks: [makeTask({ id: 'a', status })] });
  const operations = createTaskOperations({ ...fixture, changed: () => {} });
  let left = 0;
  const quit = createQuit({ ...fixture, operations, exit: () => void left++ });
  return { fixture, operations, quit, left: () => left };
}

const REQUESTS = [
  ['pause', 'active', 'pause'],
  ['resume', 'paused', 'resume'],
  ['remove', 'active', 'delete'],
] as const;

describe.each(REQUESTS)('startQuit during a %s of one task', (method, status, word) => {
  it('waits until the server has accepted it', async () => {
    const { fixture, operations, quit, left } = startQuit(status);
    void operations.act(word, 'a');
    quit();
    await fixture.clock.settle();
    expect(left()).toBe(0);
    fixture.backend.open(method).answer((method === 'remove' ? undefined : makeBuild()) as never);
    await fixture.clock.settle();
    expect(left()).toBe(1);
  });

  it('stays open after a failure, and shows the error', async () => {
    const { fixture, operations, quit, left } = startQuit(status);
    void operations.act(word, 'a');
    quit();
    fixture.backend.open(method).refuse(failure({ kind: 'conflict', message: 'A build is active.' }));
    await fixture.clock.settle();
    expect(left()).toBe(0);
    expect(fixture.state.notice).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining(`Cannot ${word}`),
    });
    quit();
    expect(left()).toBe(1);
  });

  it('quits at once when the key is pressed again', async () => {
    const { fixture, operations, quit, left } = startQuit(status);
    void operations.act(word, 'a');
    quit();
    quit();
    expect(left()).toBe(1);
    fixture.backend.open(method).answer((method === 'remove' ? undefined : makeBuild()) as never);
    await fixture.clock.settle();
    expect(left()).toBe(1);
  });
});

it('quits at once without pending requests', () => {
  const { quit, left } = startQuit('active');
  quit();
  expect(left()).toBe(1);
});
