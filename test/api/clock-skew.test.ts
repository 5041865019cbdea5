import { describe, expect, it } from 'vitest';
import { ClockSkew } from '../../src/api/clock-skew.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ada, backendAt, coderServer, neverAborted } from './api-fixture.ts';
import { task } from './response-bodies.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOW = Date.UTC(2026, 2, 4, 10);

const dated = (ms: number): string => new Date(ms).toUTCString();

describe('the clock skew', () => {
  const measured = (...notes: readonly (readonly [ahead: number, tookMs: number])[]): number => {
    const skew = new ClockSkew();
    for (const [ahead, tookMs] of notes) skew.update(dated(NOW + ahead), NOW - tookMs / 2, NOW + tookMs / 2);
    return skew.ms;
  };

  it('is a whole number of minutes, and 0 for a small difference', () => {
    expect(measured([0, 10])).toBe(0);
    expect(measured([40_000, 10])).toBe(0);
    expect(measured([3 * MINUTE + 2_000, 10])).toBe(3 * MINUTE);
    expect(measured([-DAY + 700, 10])).toBe(-DAY);
  });

  it('does not change with small measuring errors', () => {
    expect(measured([DAY, 10], [DAY + 30_000, 10], [DAY - 20_000, 10])).toBe(DAY);
    expect(measured([DAY, 10], [0, 10])).toBe(0);
  });

  it('ignores slow responses and invalid dates', () => {
    expect(measured([DAY, 20_000])).toBe(0);
    const skew = new ClockSkew();
    for (const date of [undefined, 'soon', ['a', 'b']]) skew.update(date, NOW, NOW);
    expect(skew.ms).toBe(0);
  });
});

describe('a server whose clock is a day ahead', () => {
  const at = (server: CoderServer, ahead: number): void => {
    const date = { date: dated(NOW + ahead) };
    const idle = task({
      updated_at: new Date(NOW + ahead - 10 * MINUTE).toISOString(),
      current_state: {
        timestamp: new Date(NOW + ahead - 5 * MINUTE).toISOString(),
        state: 'idle',
        message: '',
        uri: '',
      },
    });
    server.on('GET', '/api/v2/tasks', json(200, { tasks: [idle], count: 1 }, date));
  };

  it('yields correct times from the first response on, and after its clock is corrected', async () => {
    const server = await coderServer();
    const backend = backendAt(server, { clock: manualClock(NOW) });
    at(server, DAY);
    const list = () => backend.list({ owner: 'me' }, neverAborted());
    const [first] = await list();
    expect(first).toMatchObject({ updatedAt: NOW - 10 * MINUTE, state: { at: NOW - 5 * MINUTE } });
    const known = await list();
    expect(await list()).toBe(known);
    at(server, 0);
    const [right] = await list();
    expect(right).toMatchObject({ updatedAt: NOW - 10 * MINUTE, state: { at: NOW - 5 * MINUTE } });
  });

  it('does not lengthen the wait of Retry-After', async () => {
    const server = await coderServer();
    const date = { date: dated(NOW + DAY), 'retry-after': dated(NOW + DAY + 30_000) };
    server.on('GET', '/api/v2/tasks', json(429, { message: 'Slower.' }, date));
    const backend = backendAt(server, { clock: manualClock(NOW) });
    await expect(backend.list({ owner: ada.ownerName }, neverAborted())).rejects.toMatchObject({
      retryAfterMs: 30_000,
    });
  });
});
