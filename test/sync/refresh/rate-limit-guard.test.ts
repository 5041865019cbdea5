import { describe, expect, it } from 'vitest';
import { guardedBackend } from '../../../src/sync/refresh/rate-limit-guard.ts';
import { makeTask } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { syncFixture } from '../sync-fixture.ts';

const neverAborts = (): AbortSignal => new AbortController().signal;
const one = makeTask({ id: 'a' });
const other = makeTask({ id: 'b' });

function withGuard() {
  const { backend, clock } = syncFixture();
  const guarded = guardedBackend(backend, clock);
  return { backend, clock, guarded, tasks: guarded.sources[0] };
}

describe('a Retry-After', () => {
  const rateLimited = failure({
    kind: 'rate-limited',
    message: 'Slower.',
    retryAfterMs: 60_000,
    tookEffect: 'no',
  });

  it('fails all calls until it is over, with the error of the server', async () => {
    const { backend, clock, tasks } = withGuard();
    const first = tasks.transcript(one, neverAborts());
    backend.open('transcript').refuse(rateLimited);
    await expect(first).rejects.toBe(rateLimited);
    await clock.advance(20_000);
    await expect(tasks.transcript(one, neverAborts())).rejects.toMatchObject({
      kind: 'rate-limited',
      message: 'Slower.',
      retryAfterMs: 40_000,
      tookEffect: 'no',
    });
    expect(backend.calls('transcript')).toHaveLength(1);
    await clock.advance(40_000);
    void tasks.transcript(one, neverAborts()).catch(() => {});
    expect(backend.calls('transcript')).toHaveLength(2);
  });

  it('does not affect other tasks or methods', async () => {
    const { backend, tasks } = withGuard();
    const first = tasks.transcript(one, neverAborts());
    backend.open('transcript').refuse(rateLimited);
    await expect(first).rejects.toBe(rateLimited);
    for (const call of [tasks.transcript(other, neverAborts()), tasks.get(one, neverAborts())])
      void call.catch(() => {});
    expect(backend.calls('transcript')).toHaveLength(2);
    expect(backend.calls('get')).toHaveLength(1);
  });

  it('does not affect other actions on the task, nor the action on other tasks', async () => {
    const { backend, tasks } = withGuard();
    const first = tasks.run('pause', one, neverAborts());
    backend.open('pause').refuse(rateLimited);
    await expect(first).rejects.toBe(rateLimited);
    await expect(tasks.run('pause', one, neverAborts())).rejects.toMatchObject({ kind: rateLimited.kind });
    for (const call of [tasks.run('pause', other, neverAborts()), tasks.run('resume', one, neverAborts())])
      void call.catch(() => {});
    expect(backend.calls('pause')).toHaveLength(2);
    expect(backend.calls('resume')).toHaveLength(1);
  });

  it('also delays the next message and the next new task', async () => {
    const { backend, tasks } = withGuard();
    const maybe = failure({ kind: 'server', retryAfterMs: 5_000, tookEffect: 'maybe' });
    const first = tasks.create({ templateVersionId: 'v', prompt: 'one' }, neverAborts());
    backend.open('create').refuse(maybe);
    await expect(first).rejects.toBe(maybe);
    // The second call sent nothing.
    await expect(
      tasks.create({ templateVersionId: 'v', prompt: 'two' }, neverAborts()),
    ).rejects.toMatchObject({
      kind: 'server',
      tookEffect: 'no',
    });
    expect(backend.calls('create')).toHaveLength(1);
  });
});

it('concurrent template requests share one request, which ends with the last caller', async () => {
  const { backend, guarded } = withGuard();
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
