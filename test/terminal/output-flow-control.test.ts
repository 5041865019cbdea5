import { describe, expect, it } from 'vitest';
import { isStatusReply, OutputFlowControl, STATUS_QUERY } from '../../src/terminal/output-flow-control.ts';

/** A pace on a terminal that has answered before, at once. */
function known(): OutputFlowControl {
  const pace = new OutputFlowControl();
  pace.sent(5_000, 0);
  pace.replyReceived(1);
  return pace;
}

/** A line that carries so many bytes a ms, `away` ms long each way. Sends frames whenever the pace lets it; gives the most bytes under way at any time. */
function held(pace: OutputFlowControl, frame: number, bytesPerMs: number, away: number, ms: number) {
  let most = 0;
  let sent = 0;
  let free = 0;
  const arrivals: { readonly at: number; readonly bytes: number }[] = [];
  const answers: number[] = [];
  for (let now = 1_000; now < 1_000 + ms; now++) {
    while ((answers[0] ?? Number.POSITIVE_INFINITY) <= now) {
      answers.shift();
      pace.replyReceived(now);
    }
    if (now % 33 === 0 && pace.waitMs(now) === 0) {
      const question = pace.sent(frame, now);
      sent++;
      free = Math.max(free, now) + (frame + question.length) / bytesPerMs;
      arrivals.push({ at: free, bytes: frame });
      if (question !== '') answers.push(free + 2 * away);
    }
    const waiting = arrivals.filter(({ at }) => at > now).reduce((sum, { bytes }) => sum + bytes, 0);
    most = Math.max(most, waiting);
  }
  return { most, sent };
}

describe('asking', () => {
  it('is not worth it for a few bytes now and then', () => {
    const pace = new OutputFlowControl();
    for (let n = 0; n < 100; n++) expect(pace.sent(700, n * 1_000)).toBe('');
    expect(pace.hasOpenQuery(100_000)).toBe(false);
  });

  it('is done once, behind what must be read first', () => {
    const pace = new OutputFlowControl();
    expect(pace.sent(2_000, 0)).toBe(STATUS_QUERY);
    expect(pace.sent(2_000, 1)).toBe('');
    expect(pace.hasOpenQuery(2)).toBe(true);
    pace.replyReceived(3);
    expect(pace.hasOpenQuery(3)).toBe(false);
    expect(pace.sent(10, 4)).toBe(STATUS_QUERY);
  });

  it('ends where nobody answers, and such a terminal is never waited for', () => {
    const pace = new OutputFlowControl();
    let asked = 0;
    for (let now = 0; now < 60_000; now += 20) {
      expect(pace.waitMs(now)).toBe(0);
      if (pace.sent(2_000, now) !== '') asked++;
    }
    expect(asked).toBe(3);
    expect(pace.hasOpenQuery(60_000)).toBe(false);
    pace.reset();
    expect(pace.sent(2_000, 60_001)).toBe(STATUS_QUERY);
  });

  it('ends before the terminal is left to somebody else', () => {
    const pace = known();
    pace.stopQueries();
    for (let now = 0; now < 100; now++) expect(pace.sent(5_000, now)).toBe('');
    pace.reset();
    expect(pace.sent(5_000, 100)).toBe(STATUS_QUERY);
  });
});

describe('waiting', () => {
  it('keeps what is under way short on a slow line', () => {
    const slow = held(known(), 1_000, 8, 100, 20_000);
    expect(slow.most).toBeLessThan(4_000);
    // Most of what the line can carry is used all the same: 160 frames in that time.
    expect(slow.sent).toBeGreaterThan(50);
  });

  it('does not happen on a fast line, near or far away', () => {
    expect(held(known(), 1_000, 10_000, 1, 20_000).sent).toBe(606);
    expect(held(new OutputFlowControl(), 1_000, 10_000, 150, 20_000).sent).toBeGreaterThan(500);
  });

  it('lasts until the answer, or until it has been waited for in vain', () => {
    const pace = known();
    pace.sent(4_000, 10);
    const ms = pace.waitMs(20);
    expect(ms).toBeGreaterThan(2_000);
    expect(pace.waitMs(20 + ms)).toBe(0);
    pace.replyTimedOut();
    expect(pace.waitMs(30)).toBe(0);
    pace.sent(4_000, 30);
    pace.replyReceived(40);
    expect(pace.waitMs(40)).toBe(0);
  });
});

it('knows an answer by its shape', () => {
  expect(['\x1b[0n', '\x1b[3n'].every(isStatusReply)).toBe(true);
  expect(['\x1b[n', '\x1b[?0n', '\x1b[0;1R', 'n', '\x1b[0n '].some(isStatusReply)).toBe(false);
});
