import { beforeEach, describe, expect, it } from 'vitest';
import {
  type CoalescedTimers,
  createCoalescedTimers,
  exactly,
} from '../../../src/sync/refresh/coalesced-timers.ts';
import { NOON } from '../../domain/builders.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

let clock: ManualClock;
let timers: CoalescedTimers;
let ended: string[];
beforeEach(() => {
  clock = manualClock(NOON);
  timers = createCoalescedTimers(clock);
  ended = [];
});

const wait = (name: string, from: number, at: number, to = at): (() => void) =>
  timers.wait({ from, at, to }, () => ended.push(`${name} ${clock.now() - NOON}`));

describe('a wait', () => {
  it('ends at its time when it is alone', async () => {
    wait('a', 1_000, 1_050, 1_100);
    await clock.advance(1_049);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['a 1050']);
    expect(clock.due).toEqual([]);
  });

  it('ends with another that ends within its leeway', async () => {
    wait('status', 2_000, 2_200);
    wait('early', 500, 1_999);
    wait('transcript', 1_000, 2_050);
    wait('late', 2_051, 3_000);
    await clock.advance(10_000);
    expect(ended).toEqual(['early 1999', 'transcript 1999', 'status 2200', 'late 2200']);
    expect(clock.due).toEqual([]);
  });

  it('waits for one that is about to end, up to the end of its leeway', async () => {
    wait('status', 2_000, 2_020, 2_200);
    wait('transcript', 2_100, 2_150, 2_210);
    await clock.advance(2_149);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['transcript 2150', 'status 2150']);
    wait('a', 90, 100, 200);
    const given = wait('b', 110, 150);
    wait('c', 201, 201, 300);
    await clock.advance(120);
    given();
    await clock.advance(1_000);
    expect(ended.slice(2)).toEqual(['a 2350', 'c 2351']);
    expect(clock.due).toEqual([]);
  });

  it('never waits for one that already waits', async () => {
    wait('a', 100, 110, 300);
    wait('b', 120, 130, 300);
    wait('c', 140, 150, 300);
    await clock.advance(1_000);
    expect(ended).toEqual(['c 150', 'a 150', 'b 150']);
  });

  it('that was cancelled ends nothing, even when cancelled by another callback', async () => {
    const cancelWait = wait('a', 0, 10);
    wait('b', 10, 20);
    cancelWait();
    await clock.advance(15);
    expect(ended).toEqual([]);
    const c = wait('c', 0, 30);
    timers.wait({ from: 0, at: 1, to: 1 }, c);
    await clock.advance(100);
    expect(ended).toEqual(['b 16']);
    expect(clock.due).toEqual([]);
  });

  it('started by a callback does not end with it', async () => {
    timers.wait(exactly(10), () => wait('next', 0, 10));
    await clock.advance(10);
    expect(ended).toEqual([]);
    await clock.advance(10);
    expect(ended).toEqual(['next 20']);
  });
});
