import { expect, it } from 'vitest';
import type { StoreEvent } from '../../src/store/event.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, emptyState } from './state-builders.ts';

const told = (text: string): StoreEvent => ({ type: 'notice-queued', text, now: NOON });
const hide: StoreEvent = { type: 'notice-changed', notice: null };
const remark: StoreEvent = { type: 'notice-changed', notice: { tone: 'plain', text: 'Copied.', at: NOON } };
const refusal: StoreEvent = {
  type: 'notice-changed',
  notice: { tone: 'bad', text: 'Cannot pause.', at: NOON },
};

it('troubles are told one after the other, each once, when the one before was hidden', () => {
  const both = applyEvents(
    emptyState(),
    told('The settings are wrong.'),
    told('A file was damaged.'),
    told('A file was damaged.'),
  );
  expect(both.notice).toEqual({ tone: 'bad', text: 'The settings are wrong.', at: NOON });
  expect(applyEvents(both, told('The settings are wrong.'))).toBe(both);
  const next = applyEvents(both, hide);
  expect(next.notice?.text).toBe('A file was damaged.');
  expect(applyEvents(next, hide).notice).toBeNull();
});

it('a remark gives way to a trouble, and what the user has just asked for does not wait for one', () => {
  expect(applyEvents(emptyState(), remark, told('A file was damaged.')).notice?.text).toBe(
    'A file was damaged.',
  );
  const refused = applyEvents(
    emptyState(),
    told('The settings are wrong.'),
    told('A file was damaged.'),
    refusal,
  );
  expect(refused.notice?.text).toBe('Cannot pause.');
  expect(applyEvents(refused, hide).notice?.text).toBe('A file was damaged.');
});
