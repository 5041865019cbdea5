import { describe, expect, it } from 'vitest';
import { considerate } from '../../src/sync/considerate.ts';
import { makeTask } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const patience = (): AbortSignal => new AbortController().signal;
const one = makeTask({ id: 'a' });
const other = makeTask({ id: 'b' });

function polite() {
  const { backend, clock } = syncFixture();
  return { backend, clock, asked: considerate(backend, clock) };
}

describe('what the server said to wait for', () => {
  const told = failure({ kind: 'rate-limited', message: 'Slower.', retryAfterMs: 60_000, tookEffect: 'no' });

  it('is not asked before, whoever asks, and the words are its own', async () => {
    const { backend, clock, asked } = polite();
    const first = asked.transcript(one, patience());
    backend.open('transcript').refuse(told);
    await expect(first).rejects.toBe(told);
    await clock.advance(20_000);
    await expect(asked.transcript(one, patience())).rejects.toMatchObject({
      kind: 'rate-limited',
      message: 'Slower.',
      retryAfterMs: 40_000,
      tookEffect: 'no',
    });
    expect(backend.calls('transcript')).toHaveLength(1);
    await clock.advance(40_000);
    void asked.transcript(one, patience()).catch(() => {});
    expect(backend.calls('transcript')).toHaveLength(2);
  });

  it('says nothing about another task, nor about anything else', async () => {
    const { backend, asked } = polite();
    const first = asked.transcript(one, patience());
    backend.open('transcript').refuse(told);
    await expect(first).rejects.toBe(told);
    for (const call of [asked.transcript(other, patience()), asked.get(one, patience())])
      void call.catch(() => {});
    expect(backend.calls('transcript')).toHaveLength(2);
    expect(backend.calls('get')).toHaveLength(1);
  });

  it('holds for the next message and the next new task too', async () => {
    const { backend, asked } = polite();
    const maybe = failure({ kind: 'server', retryAfterMs: 5_000, tookEffect: 'maybe' });
    const first = asked.create({ templateVersionId: 'v', prompt: 'one' }, patience());
    backend.open('create').refuse(maybe);
    await expect(first).rejects.toBe(maybe);
    // Of the second one no byte was sent.
    await expect(asked.create({ templateVersionId: 'v', prompt: 'two' }, patience())).rejects.toMatchObject({
      kind: 'server',
      tookEffect: 'no',
    });
    expect(backend.calls('create')).toHaveLength(1);
  });
});

it('templates are asked for once at a time, and given up when nobody waits for them', async () => {
  const { backend, asked } = polite();
  const leaving = new AbortController();
  const first = asked.templates(leaving.signal);
  const second = asked.templates(patience());
  leaving.abort();
  await expect(first).rejects.toBe(leaving.signal.reason);
  backend.open('templates').answer([]);
  await expect(second).resolves.toEqual([]);
  expect(backend.calls('templates')).toHaveLength(1);
  const last = new AbortController();
  const third = asked.templates(last.signal);
  last.abort();
  await expect(third).rejects.toBe(last.signal.reason);
  expect(backend.calls('templates')[1]?.signal.aborted).toBe(true);
});
