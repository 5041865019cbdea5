import { describe, expect, it } from 'vitest';
import { statusFingerprint } from '../../src/domain/needs-attention.ts';
import { MINE, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { reduce } from '../../src/store/reducer.ts';
import { agent, live, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import {
  applyEvents,
  emptyState,
  listReceived,
  selectAndView,
  stateWithTasks,
  transcriptReceived,
} from './state-builders.ts';

const notice = (text: string): StoreEvent => ({
  type: 'notice-changed',
  notice: { tone: 'plain', text, at: NOON },
});
const working = (id: string) => makeTask({ id, state: makeReport({ state: 'working' }) });
const idle = (id: string) =>
  makeTask({ id, state: makeReport({ state: 'idle', message: 'Your turn.', at: NOON - 60_000 }) });

describe('rules that run after each of several events', () => {
  it('a message that arrives after the user left the task is unread', () => {
    const talk = [you(1, 'Do it.'), agent(2, 'Done.')];
    const before = applyEvents(
      stateWithTasks('a', 'b'),
      { type: 'task-selected', taskId: 'a' },
      transcriptReceived('a', live(...talk.slice(0, 1))),
    );
    const events: readonly StoreEvent[] = [
      { type: 'task-selected', taskId: 'b' },
      transcriptReceived('a', live(...talk), NOON + 1),
    ];
    expect(reduce(before, events).mergedTranscripts.get('a')?.readUpTo).toMatchObject({ id: 1 });
    expect(reduce(before, events.toReversed()).mergedTranscripts.get('a')?.readUpTo).toMatchObject({ id: 2 });
  });

  it('a list of the scope that an event before it left does not count', () => {
    const before = applyEvents(
      stateWithTasks('a'),
      { type: 'overlay-opened', overlay: { kind: 'filter', before: '' } },
      { type: 'filter-changed', filter: 'owner:grace' },
    );
    expect(before.listedScope).toEqual(MINE);
    const after = reduce(before, [
      { type: 'overlay-closed' },
      { ...listReceived([makeTask({ id: 'z' })], NOON + 1), scope: MINE } as StoreEvent,
    ]);
    expect(after.listedScope).toEqual(scopeOfOwner('grace'));
    expect(after.tasks).toEqual([]);
  });

  it('a notice that the next event hides can still be read', () => {
    const after = reduce(emptyState(), [
      notice('one'),
      notice('two'),
      { type: 'notice-changed', notice: null },
    ]);
    expect(after.lastHiddenNotice?.text).toBe('two');
  });
});

describe('rules that run once after several events', () => {
  it('only the status that stays on the screen counts as seen', () => {
    const before = applyEvents(
      applyEvents(emptyState(), listReceived([working('a'), working('b')])),
      ...selectAndView('a'),
    );
    const received: StoreEvent = { type: 'task-received', task: idle('a'), startedAt: NOON, now: NOON + 1 };
    expect(reduce(before, [received]).seenFingerprints.get('a')).toBe(statusFingerprint(idle('a')));
    const left = reduce(before, [received, { type: 'task-selected', taskId: 'b' }]);
    expect(left.seenFingerprints.has('a')).toBe(false);
  });

  it('the attention filter adds a task that needs attention at the end', () => {
    const before = applyEvents(applyEvents(emptyState(), listReceived([working('a'), working('b')])), {
      type: 'attention-filter-changed',
      on: true,
    });
    const received = (task = idle('b')): StoreEvent => ({
      type: 'task-received',
      task,
      startedAt: NOON,
      now: NOON + 1,
    });
    expect(reduce(before, [received()]).view.needsAttentionIds).toContain('b');
    const back = reduce(before, [received(), received(working('b'))]);
    expect(back.view.needsAttentionIds).not.toContain('b');
  });
});
