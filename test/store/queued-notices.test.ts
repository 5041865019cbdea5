import { expect, it } from 'vitest';
import type { StoreEvent } from '../../src/store/event.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, emptyState } from './state-builders.ts';

const queue = (text: string): StoreEvent => ({ type: 'notice-queued', text, now: NOON });
const hide: StoreEvent = { type: 'notice-changed', notice: null };
const plainNotice: StoreEvent = {
  type: 'notice-changed',
  notice: { tone: 'plain', text: 'Copied.', at: NOON },
};
const failure: StoreEvent = {
  type: 'notice-changed',
  notice: { tone: 'bad', text: 'Cannot pause.', at: NOON },
};

it('queued notices appear one after the other, each once, when the user hides the one before', () => {
  const both = applyEvents(
    emptyState(),
    queue('The settings are wrong.'),
    queue('A file was damaged.'),
    queue('A file was damaged.'),
  );
  expect(both.notice).toEqual({ tone: 'bad', text: 'The settings are wrong.', at: NOON });
  expect(applyEvents(both, queue('The settings are wrong.'))).toBe(both);
  const next = applyEvents(both, hide);
  expect(next.notice?.text).toBe('A file was damaged.');
  expect(applyEvents(next, hide).notice).toBeNull();
});

it('a plain notice gives way to a queued one, and the result of a key appears at once', () => {
  expect(applyEvents(emptyState(), plainNotice, queue('A file was damaged.')).notice?.text).toBe(
    'A file was damaged.',
  );
  const refused = applyEvents(
    emptyState(),
    queue('The settings are wrong.'),
    queue('A file was damaged.'),
    failure,
  );
  expect(refused.notice?.text).toBe('Cannot pause.');
  expect(applyEvents(refused, hide).notice?.text).toBe('A file was damaged.');
});
