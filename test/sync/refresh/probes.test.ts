import { describe, expect, it } from 'vitest';
import type { BackendErrorKind } from '../../../src/domain/errors.ts';
import { createProbes } from '../../../src/sync/refresh/probes.ts';
import { NOON } from '../../domain/builders.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { failure, scriptedBackend } from '../scripted-backend.ts';

/** Probes for one silent request; `returns`: how often the server was reported as back. */
function startWatch() {
  const clock = manualClock(NOON);
  const backend = scriptedBackend();
  const probes = createProbes({ backend, clock });
  let returns = 0;
  probes.watch(clock.monotonic(), () => returns++);
  return { clock, backend, probes, returns: () => returns };
}

describe('a poll that the server may still answer', () => {
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
  ])('is not aborted when a probe succeeds after one that failed with %s', async (kind) => {
    const { clock, backend, probes, returns } = startWatch();
    backend.open('probe').refuse(failure({ kind }));
    await clock.advance(5_000);
    backend.open('probe').answer(undefined);
    await clock.settle();
    expect(returns()).toBe(0);
    probes.stop();
  });

  it('is not aborted when a probe succeeds after a fault of taskdeck', async () => {
    const { clock, backend, probes, returns } = startWatch();
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
    'is aborted when a probe succeeds after one that failed with %s',
    async (kind) => {
      const { clock, backend, probes, returns } = startWatch();
      backend.open('probe').refuse(failure({ kind }));
      await clock.advance(5_000);
      backend.open('probe').answer(undefined);
      await clock.settle();
      expect(returns()).toBe(1);
      probes.stop();
    },
  );

  it('is aborted although the last failed probe was rate-limited', async () => {
    const { clock, backend, probes, returns } = startWatch();
    backend.open('probe').refuse(failure({ kind: 'unreachable' }));
    await clock.advance(5_000);
    backend.open('probe').refuse(failure({ kind: 'rate-limited' }));
    await clock.advance(5_000);
    backend.open('probe').answer(undefined);
    await clock.settle();
    expect(returns()).toBe(1);
    probes.stop();
  });

  it('is aborted when a probe succeeds after one without a response', async () => {
    const { clock, backend, probes, returns } = startWatch();
    await clock.advance(5_000);
    backend.open('probe').answer(undefined);
    await clock.settle();
    expect(returns()).toBe(1);
    probes.stop();
  });
});
