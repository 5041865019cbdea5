import { describe, expect, it } from 'vitest';
import { live, makeTask, NOON, you } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const A = makeTask({ id: 'a' });
const SAID = live(you(0, 'go'));
const never = new AbortController().signal;

describe('a look at a transcript', () => {
  it('says what there is, and when it was asked for', async () => {
    const { fetchTranscript, clock, backend } = syncFixture();
    const looked = fetchTranscript(A, never);
    expect(backend.open('transcript').args).toEqual([A]);
    await clock.advance(2_000);
    backend.open('transcript').answer(SAID);
    expect(await looked).toEqual({ transcript: SAID, startedAt: NOON });
  });

  it('is one, however many look at the same time', async () => {
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

  it('at another task is another', () => {
    const { fetchTranscript, backend } = syncFixture();
    void fetchTranscript(A, never);
    void fetchTranscript(makeTask({ id: 'b' }), never);
    expect(backend.mostOpen('transcript')).toBe(2);
  });

  it('fails for all who wait, and the next one asks anew', async () => {
    const { fetchTranscript, backend } = syncFixture();
    const looks = [fetchTranscript(A, never), fetchTranscript(A, never)];
    const error = failure();
    backend.open('transcript').refuse(error);
    for (const looked of looks) await expect(looked).rejects.toBe(error);
    void fetchTranscript(A, never);
    expect(backend.calls('transcript')).toHaveLength(2);
  });
});

describe('giving up a look', () => {
  it('ends it for who gave up, at once, and not for who still waits', async () => {
    const { fetchTranscript, backend } = syncFixture();
    const giver = new AbortController();
    const given = fetchTranscript(A, giver.signal);
    const waiting = fetchTranscript(A, never);
    giver.abort();
    await expect(given).rejects.toBe(giver.signal.reason);
    expect(backend.open('transcript').signal.aborted).toBe(false);
    backend.open('transcript').answer(SAID);
    expect((await waiting).transcript).toBe(SAID);
  });

  it('ends it for good when nobody waits any more, and the next one asks anew', async () => {
    for (const deaf of [false, true]) {
      const { fetchTranscript, backend } = syncFixture({ deaf });
      const givers = [new AbortController(), new AbortController()];
      const given = givers.map(({ signal }) => fetchTranscript(A, signal));
      for (const giver of givers) giver.abort();
      for (const looked of given) await expect(looked).rejects.toThrow();
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
    ['that goes on when it is aborted', true],
  ])(
    'after a timeout ends a request %s for all who wait, and the next one sends a new one',
    async (_, deaf) => {
      const { fetchTranscript, backend } = syncFixture({ deaf });
      const giver = new AbortController();
      const given = fetchTranscript(A, giver.signal);
      const waiting = fetchTranscript(A, never);
      const hung = backend.open('transcript');
      giver.abort(new DOMException('Timeout', 'TimeoutError'));
      await expect(given).rejects.toBe(giver.signal.reason);
      await expect(waiting).rejects.toMatchObject({ kind: 'timeout', tookEffect: 'no' });
      expect(hung.signal.aborted).toBe(true);
      const next = fetchTranscript(A, never);
      if (deaf) hung.answer(live());
      backend.open('transcript').answer(SAID);
      expect((await next).transcript).toBe(SAID);
    },
  );

  it('before it began asks nothing', async () => {
    const { fetchTranscript, backend } = syncFixture();
    await expect(fetchTranscript(A, AbortSignal.abort())).rejects.toThrow();
    expect(backend.calls('transcript')).toEqual([]);
  });
});
