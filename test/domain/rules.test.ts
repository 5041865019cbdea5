import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { type DeliveryTiming, deliveryTiming } from '../../src/domain/rules.ts';
import { makeChat, makeTask } from './builders.ts';
import { mayDelete, mayPause, mayResume } from './coder-actions.ts';

/** For each phase: whether it can be paused, resumed and deleted, and when a message is sent. */
const TABLE: readonly (readonly [Phase, boolean, boolean, boolean, DeliveryTiming])[] = [
  ['deleting', false, false, false, 'never'],
  ['pausing', false, false, false, 'needs-resume'],
  ['paused', false, true, true, 'needs-resume'],
  ['queued', false, false, false, 'when-ready'],
  ['starting', false, false, false, 'when-ready'],
  ['resuming', false, false, false, 'when-ready'],
  ['error', true, true, true, 'never'],
  ['working', true, false, true, 'when-ready'],
  ['idle', true, false, true, 'now'],
  ['complete', true, false, true, 'now'],
  ['failed', true, false, true, 'now'],
  ['unknown', true, true, true, 'never'],
];

describe.each(TABLE)('%s', (phase, pause, resume, remove, delivery) => {
  it(`can ${pause ? '' : 'not '}be paused, ${resume ? '' : 'not '}resumed, ${remove ? '' : 'not '}deleted`, () => {
    expect(mayPause(phase) === true).toBe(pause);
    expect(mayResume(phase) === true).toBe(resume);
    expect(mayDelete(phase) === true).toBe(remove);
  });

  it(`receives a message: ${delivery}`, () => {
    expect(deliveryTiming(makeTask(), phase)).toBe(delivery);
    // A chat has a queue on the server.
    const accepts = phase === 'working' || phase === 'queued' || phase === 'unknown';
    expect(deliveryTiming(makeChat(), phase)).toBe(accepts ? 'now' : delivery);
  });
});

it('gives the reason as a sentence', () => {
  for (const [phase] of TABLE) {
    for (const availability of [mayPause(phase), mayResume(phase), mayDelete(phase)]) {
      if (availability !== true) expect(availability).toMatch(/^It .*\.$/u);
    }
  }
});
