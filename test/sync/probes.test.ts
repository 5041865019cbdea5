import { describe, expect, it } from 'vitest';
import type { BackendErrorKind } from '../../src/domain/errors.ts';
import { createProbes } from '../../src/sync/probes.ts';
import { NOON } from '../domain/builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { failure, scriptedBackend } from './scripted-backend.ts';

/** Probes for one silent request; `returns` counts how often the server was reported as back. */
function watched() {
  const clock = manualClock(NOON);
  const backend = scriptedBackend();
  const probes = createProbes({ backend, clock });
  let returns = 0;
  probes.watch(clock.monotonic(), () => returns++);
  return { clock, backend, probes, returns: () => returns };
}

describe('a poll that the server may still work on', () => {
  it.each<BackendErrorKind>([
    'rate-limited',
    'setup',
    'signed-out',
    'forbidden',
    'not-found',
    'invalid',
    'conflict',
    'busy',
    'internal',
    'updated',
  ])('is not given up when a probe is answered after one that failed with %s', async (kind) => {
    const { clock, backend, probes, returns } = watched();
    backend.open('probe').refuse(failure({ kind }));
    await clock.advance(5_000);
    backend.open('probe').answer(undefined);
    await clock.settle();
    expect(returns()).toBe(0);
    probes.stop();
  });

  it('is not given up when a probe is answered after a fault of taskdeck itself', async () => {
    const { clock, backend, probes, returns } = watched();
    backend.open('probe').refuse(new TypeError('x is undefined'));
    await clock.advance(5_000);
    backend.open('probe').answer(undefined);
    await clock.settle();
    expect(returns()).toBe(0);
    probes.stop();
  });
});

describe('a poll from before the server was gone', () => {
  it.each<BackendErrorKind>(['unreachable', 'timeout', 'server', 'not-coder', 'bad-answer'])(
    'is given up when a probe is answered after one that failed with %s',
    async (kind) => {
      const { clock, backend, probes, returns } = watched();
      backend.open('probe').refuse(failure({ kind }));
      await clock.advance(5_000);
      backend.open('probe').answer(undefined);
      await clock.settle();
      expect(returns()).toBe(1);
      probes.stop();
    },
  );

  it('is given up although the last probe before the answer was rate-limited', async () => {
    const { clock, backend, probes, returns } = watched();
    backend.open('probe').refuse(failure({ kind: 'unreachable' }));
    await clock.advance(5_000);
    backend.open('probe').refuse(failure({ kind: 'rate-limited' }));
    await clock.advance(5_000);
    backend.open('probe').answer(undefined);
    await clock.settle();
    expect(returns()).toBe(1);
    probes.stop();
  });

  it('is given up when a probe is answered after one without an answer', async () => {
    const { clock, backend, probes, returns } = watched();
    await clock.advance(5_000);
    backend.open('probe').answer(undefined);
    await clock.settle();
    expect(returns()).toBe(1);
    probes.stop();
  });
});
