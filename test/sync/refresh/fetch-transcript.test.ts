import { describe, expect, it } from 'vitest';
import { live, makeTask, NOON, you } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { syncFixture } from '../sync-fixture.ts';

const A = makeTask({ id: 'a' });
const SAID = live(you(0, 'go'));
const never = new AbortController().signal;

describe('fetching a transcript', () => {
  it('returns the transcript and when its request started', async () => {
    const { fetchTranscript, clock, backend } = syncFixture();
    const pending = fetchTranscript(A, never);
    expect(backend.open('transcript').args).toEqual([A]);
    await clock.advance(2_000);
    backend.open('transcript').answer(SAID);
    expect(await pending).toEqual({ transcript: SAID, startedAt: NOON });
  });

  it('sends one request for concurrent calls', async () => {
    const { fetchTranscript, clock, backend } = syncFixture();
    const first = fetchTranscript(A, never);
    await clock.advance(2_000);
    const second = fetchTranscript(A, never);
    backend.open('transcript').answer(SAID);
    expect(await second).toBe(await first);
    const later = fetchTranscript(A, never);
    expect(backend.calls('transcript')).toHaveLength(2);
    backend.open('transcript').answer(live());
    expect(await later).toMatchObject({ startedAt: NOON + 2_000 });
  });

  it('sends another request for another task', () => {
    const { fetchTranscript, backend } = syncFixture();
    void fetchTranscript(A, never);
    void fetchTranscript(makeTask({ id: 'b' }), never);
    expect(backend.maxOpen('transcript')).toBe(2);
  });

  it('fails for all callers, and the next call sends a new request', async () => {
    const { fetchTranscript, backend } = syncFixture();
    const fetches = [fetchTranscript(A, never), fetchTranscript(A, never)];
    const error = failure();
    backend.open('transcript').refuse(error);
    for (const pending of fetches) await expect(pending).rejects.toBe(error);
    void fetchTranscript(A, never);
    expect(backend.calls('transcript')).toHaveLength(2);
  });
});

describe('aborting a fetch', () => {
  it('rejects at once for the caller that aborts, and not for others', async () => {
    const { fetchTranscript, backend } = syncFixture();
    const controller = new AbortController();
    const aborted = fetchTranscript(A, controller.signal);
    const waiting = fetchTranscript(A, never);
    controller.abort();
    await expect(aborted).rejects.toBe(controller.signal.reason);
    expect(backend.open('transcript').signal.aborted).toBe(false);
    backend.open('transcript').answer(SAID);
    expect((await waiting).transcript).toBe(SAID);
  });

  it('ends the request with the last caller, and the next call sends a new one', async () => {
    for (const deaf of [false, true]) {
      const { fetchTranscript, backend } = syncFixture({ deaf });
      const controllers = [new AbortController(), new AbortController()];
      const aborted = controllers.map(({ signal }) => fetchTranscript(A, signal));
      for (const controller of controllers) controller.abort();
      for (const pending of aborted) await expect(pending).rejects.toThrow();
      const [first] = backend.calls('transcript');
      expect(first?.signal.aborted).toBe(true);
      const next = fetchTranscript(A, never);
      if (deaf) first?.answer(live());
      backend.open('transcript').answer(SAID);
      expect((await next).transcript).toBe(SAID);
    }
  });

  it.each([
    ['that stops when it is aborted', false],
    ['that continues when it is aborted', true],
  ])(
    'after a timeout ends a request %s for all callers, and the next call sends a new one',
    async (_, deaf) => {
      const { fetchTranscript, backend } = syncFixture({ deaf });
      const controller = new AbortController();
      const aborted = fetchTranscript(A, controller.signal);
      const waiting = fetchTranscript(A, never);
      const hung = backend.open('transcript');
      controller.abort(new DOMException('Timeout', 'TimeoutError'));
      await expect(aborted).rejects.toBe(controller.signal.reason);
      await expect(waiting).rejects.toMatchObject({ kind: 'timeout', tookEffect: 'no' });
      expect(hung.signal.aborted).toBe(true);
      const next = fetchTranscript(A, never);
      if (deaf) hung.answer(live());
      backend.open('transcript').answer(SAID);
      expect((await next).transcript).toBe(SAID);
    },
  );

  it('sends nothing when the signal is already aborted', async () => {
    const { fetchTranscript, backend } = syncFixture();
    await expect(fetchTranscript(A, AbortSignal.abort())).rejects.toThrow();
    expect(backend.calls('transcript')).toEqual([]);
  });
});
