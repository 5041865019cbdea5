import { describe, expect, it } from 'vitest';
import { guardRateLimits } from '../../../src/sync/refresh/rate-limit-guard.ts';
import { makeTask } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { syncFixture } from '../sync-fixture.ts';

const neverAborts = (): AbortSignal => new AbortController().signal;
const one = makeTask({ id: 'a' });
const other = makeTask({ id: 'b' });

function rateLimitGuard() {
  const { backend, clock } = syncFixture();
  return { backend, clock, guarded: guardRateLimits(backend, clock) };
}

describe('a Retry-After', () => {
  const rateLimited = failure({
    kind: 'rate-limited',
    message: 'Slower.',
    retryAfterMs: 60_000,
    tookEffect: 'no',
  });

  it('fails all calls until it is over, with the error of the server', async () => {
    const { backend, clock, guarded } = rateLimitGuard();
    const first = guarded.transcript(one, neverAborts());
    backend.open('transcript').refuse(rateLimited);
    await expect(first).rejects.toBe(rateLimited);
    await clock.advance(20_000);
    await expect(guarded.transcript(one, neverAborts())).rejects.toMatchObject({
      kind: 'rate-limited',
      message: 'Slower.',
      retryAfterMs: 40_000,
      tookEffect: 'no',
    });
    expect(backend.calls('transcript')).toHaveLength(1);
    await clock.advance(40_000);
    void guarded.transcript(one, neverAborts()).catch(() => {});
    expect(backend.calls('transcript')).toHaveLength(2);
  });

  it('does not affect other tasks or methods', async () => {
    const { backend, guarded } = rateLimitGuard();
    const first = guarded.transcript(one, neverAborts());
    backend.open('transcript').refuse(rateLimited);
    await expect(first).rejects.toBe(rateLimited);
    for (const call of [guarded.transcript(other, neverAborts()), guarded.get(one, neverAborts())])
      void call.catch(() => {});
    expect(backend.calls('transcript')).toHaveLength(2);
    expect(backend.calls('get')).toHaveLength(1);
  });

  it('also delays the next message and the next new task', async () => {
    const { backend, guarded } = rateLimitGuard();
    const maybe = failure({ kind: 'server', retryAfterMs: 5_000, tookEffect: 'maybe' });
    const first = guarded.create({ templateVersionId: 'v', prompt: 'one' }, neverAborts());
    backend.open('create').refuse(maybe);
    await expect(first).rejects.toBe(maybe);
    // The second call sent nothing.
    await expect(
      guarded.create({ templateVersionId: 'v', prompt: 'two' }, neverAborts()),
    ).rejects.toMatchObject({
      kind: 'server',
      tookEffect: 'no',
    });
    expect(backend.calls('create')).toHaveLength(1);
  });
});

it('concurrent template requests share one request, which ends with the last caller', async () => {
  const { backend, guarded } = rateLimitGuard();
  const firstCaller = new AbortController();
  const first = guarded.templates(firstCaller.signal);
  const second = guarded.templates(neverAborts());
  firstCaller.abort();
  await expect(first).rejects.toBe(firstCaller.signal.reason);
  backend.open('templates').answer([]);
  await expect(second).resolves.toEqual([]);
  expect(backend.calls('templates')).toHaveLength(1);
  const last = new AbortController();
  const third = guarded.templates(last.signal);
  last.abort();
  await expect(third).rejects.toBe(last.signal.reason);
  expect(backend.calls('templates')[1]?.signal.aborted).toBe(true);
});
