import { expect, it } from 'vitest';
import { ANSWERED, startHarness, taggedProcesses } from './runtime-harness.ts';

it('a turn streams its parts, and the next one uses the same process', async () => {
  const chat = await startHarness();
  const turn = await chat.turn(
    'say Hello | think Hm | read a.ts | plan one, two | usage 10 200 0.5 | say  bye',
  );
  expect(turn.end).toEqual(ANSWERED);
  expect(turn.text).toBe('Hello bye');
  expect(turn.updates).toMatchObject([
    { type: 'text', text: 'Hello' },
    { type: 'reasoning', text: 'Hm' },
    { type: 'tool', change: { title: 'Read a.ts', kind: 'read', status: 'completed' } },
    { type: 'checklist', entries: [{ status: 'completed' }, { status: 'in_progress' }] },
    { type: 'usage', usage: { used: 10, size: 200, cost: { amount: 0.5, currency: 'USD' } } },
    { type: 'text', text: ' bye' },
  ]);
  const [agent] = chat.control.agents;
  expect((await chat.turn('say again')).text).toBe('again');
  expect(chat.control.agents).toHaveLength(1);
  expect(taggedProcesses(chat.chatId)).toEqual([agent?.pid]);
  await chat.close();
  expect(taggedProcesses(chat.chatId)).toEqual([]);
});
