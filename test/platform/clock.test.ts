import { describe, expect, it } from 'vitest';
import { clockFrom, systemClock } from '../../src/platform/clock.ts';
import { NOON } from '../domain/builders.ts';
import { CLOCK_EVENTS, manualClock } from '../support/manual-clock.ts';

const HOUR = 3_600_000;

describe('a clock', () => {
  it.each(CLOCK_EVENTS)('never steps back, and fires its timers in time, when %s', async (_, happens) => {
    const clock = manualClock(NOON);
    let firedAt = 0;
    clock.after(10_000, () => {
      firedAt = clock.monotonic();
    });
    await clock.advance(4_000);
    const [before, passed] = [clock.now(), clock.monotonic()];
    happens(clock);
    expect(clock.now()).toBe(before);
    await clock.advance(6_000);
    expect(firedAt - passed).toBe(6_000);
    expect(clock.now()).toBeGreaterThanOrEqual(before + 6_000);
  });

  it('reads whole milliseconds, as the database needs', () => {
    let at = 12.34;
    const clock = clockFrom({ wall: () => NOON, monotonic: () => at, timer: () => () => undefined });
    at = 99.999;
    expect(clock.now()).toBe(NOON + 88);
  });

  it('that is set back shows it only in wall time', async () => {
    const clock = manualClock(NOON);
    const slept: number[] = [];
    clock.onSleep((ms) => slept.push(ms));
    clock.step(-HOUR);
    clock.after(1_000, () => undefined);
    await clock.advance(1_000);
    expect([clock.wall(), clock.now(), slept]).toEqual([NOON - HOUR + 1_000, NOON + 1_000, []]);
  });

  it("adds a sleep when the next timer fires, and reports it before the timer's callback", async () => {
    const clock = manualClock(NOON);
    const order: (number | string)[] = [];
    const stop = clock.onSleep((ms) => order.push(ms));
    clock.after(1_000, () => order.push('timer'));
    clock.sleep(HOUR);
    await clock.advance(1_000);
    expect(order).toEqual([HOUR, 'timer']);
    expect(clock.now()).toBe(NOON + HOUR + 1_000);
    expect(clock.now()).toBe(clock.wall());
    stop();
    clock.sleep(HOUR);
    clock.after(0, () => order.push('timer'));
    await clock.advance(0);
    expect(order).toEqual([HOUR, 'timer', 'timer']);
  });

  it('that returns after it was set back is not ahead of wall time', async () => {
    const clock = manualClock(NOON);
    clock.step(-HOUR);
    clock.after(0, () => undefined);
    await clock.advance(1_000);
    clock.step(HOUR);
    clock.after(0, () => undefined);
    await clock.advance(1_000);
    expect(clock.now()).toBe(clock.wall());
  });
});

it('real time starts as Unix time, in whole ms', () => {
  expect(Number.isInteger(systemClock.now())).toBe(true);
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
  expect(Math.abs(systemClock.wall() - Date.now())).toBeLessThan(60_000);
});

it('a sleep has whole ms', () => {
  let [wall, monotonic] = [NOON, 0.75];
  let fire = (): void => undefined;
  const clock = clockFrom({
    wall: () => wall,
    monotonic: () => monotonic,
    timer(_, callback) {
      fire = callback;
      return () => undefined;
    },
  });
  const slept: number[] = [];
  clock.onSleep((ms) => slept.push(ms));
  clock.after(1, () => undefined);
  [wall, monotonic] = [NOON + HOUR + 2, 1];
  fire();
  expect(slept.map((ms) => Number.isInteger(ms))).toEqual([true]);
});
