import { describe, expect, it } from 'vitest';
import { createQuit } from '../../src/sync/quit.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { makeBuild, makeTask } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

function quitting(status: string) {
  const deck = syncFixture({ tasks: [makeTask({ id: 'a', status })] });
  const operations = createTaskOperations({ ...deck, changed: () => {} });
  let left = 0;
  const quit = createQuit({ ...deck, operations, exit: () => void left++ });
  return { deck, operations, quit, left: () => left };
}

const REQUESTS = [
  ['pause', 'active', 'pause'],
  ['resume', 'paused', 'resume'],
  ['remove', 'active', 'delete'],
] as const;

describe.each(REQUESTS)('quitting during a %s of one task', (method, status, word) => {
  it('waits until the server has taken it', async () => {
    const { deck, operations, quit, left } = quitting(status);
    void operations[method]('a');
    quit();
    await deck.clock.settle();
    expect(left()).toBe(0);
    deck.backend.open(method).answer((method === 'remove' ? undefined : makeBuild()) as never);
    await deck.clock.settle();
    expect(left()).toBe(1);
  });

  it('stays when it fails, and shows why', async () => {
    const { deck, operations, quit, left } = quitting(status);
    void operations[method]('a');
    quit();
    deck.backend.open(method).refuse(failure({ kind: 'conflict', message: 'A build is active.' }));
    await deck.clock.settle();
    expect(left()).toBe(0);
    expect(deck.state.notice).toMatchObject({ tone: 'bad', text: expect.stringContaining(`Cannot ${word}`) });
    quit();
    expect(left()).toBe(1);
  });

  it('quits at once when the key is pressed again', async () => {
    const { deck, operations, quit, left } = quitting(status);
    void operations[method]('a');
    quit();
    quit();
    expect(left()).toBe(1);
    deck.backend.open(method).answer((method === 'remove' ? undefined : makeBuild()) as never);
    await deck.clock.settle();
    expect(left()).toBe(1);
  });
});

it('quits at once when nothing is under way', () => {
  const { quit, left } = quitting('active');
  quit();
  expect(left()).toBe(1);
});
