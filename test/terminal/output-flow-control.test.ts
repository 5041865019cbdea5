import { describe, expect, it } from 'vitest';
import { isStatusReply, OutputFlowControl, STATUS_QUERY } from '../../src/terminal/output-flow-control.ts';

/** Flow control of a terminal that has already replied. */
function known(): OutputFlowControl {
  const flow = new OutputFlowControl();
  flow.sent(5_000, 0);
  flow.replyReceived(1);
  return flow;
}

/** A connection of `bytesPerMs` and a delay of `away` ms each way. Returns the maximum of unread bytes. */
function transfer(flow: OutputFlowControl, frame: number, bytesPerMs: number, away: number, ms: number) {
  let most = 0;
  let sent = 0;
  let free = 0;
  const arrivals: { readonly at: number; readonly bytes: number }[] = [];
  const answers: number[] = [];
  for (let now = 1_000; now < 1_000 + ms; now++) {
    while ((answers[0] ?? Number.POSITIVE_INFINITY) <= now) {
      answers.shift();
      flow.replyReceived(now);
    }
    if (now % 33 === 0 && flow.waitMs(now) === 0) {
      const question = flow.sent(frame, now);
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

describe('the query', () => {
  it('is not sent for a few bytes now and then', () => {
    const flow = new OutputFlowControl();
    for (let n = 0; n < 100; n++) expect(flow.sent(700, n * 1_000)).toBe('');
    expect(flow.hasOpenQuery(100_000)).toBe(false);
  });

  it('is sent once, after the bytes that it measures', () => {
    const flow = new OutputFlowControl();
    expect(flow.sent(2_000, 0)).toBe(STATUS_QUERY);
    expect(flow.sent(2_000, 1)).toBe('');
    expect(flow.hasOpenQuery(2)).toBe(true);
    flow.replyReceived(3);
    expect(flow.hasOpenQuery(3)).toBe(false);
    expect(flow.sent(10, 4)).toBe(STATUS_QUERY);
  });

  it('stops without replies, and never delays output then', () => {
    const flow = new OutputFlowControl();
    let asked = 0;
    for (let now = 0; now < 60_000; now += 20) {
      expect(flow.waitMs(now)).toBe(0);
      if (flow.sent(2_000, now) !== '') asked++;
    }
    expect(asked).toBe(3);
    expect(flow.hasOpenQuery(60_000)).toBe(false);
    flow.reset();
    expect(flow.sent(2_000, 60_001)).toBe(STATUS_QUERY);
  });

  it('stops before another program gets the terminal', () => {
    const flow = known();
    flow.stopQueries();
    for (let now = 0; now < 100; now++) expect(flow.sent(5_000, now)).toBe('');
    flow.reset();
    expect(flow.sent(5_000, 100)).toBe(STATUS_QUERY);
  });
});

describe('waiting', () => {
  it('limits the unread bytes on a slow connection', () => {
    const slow = transfer(known(), 1_000, 8, 100, 20_000);
    expect(slow.most).toBeLessThan(4_000);
    // It still uses most of the bandwidth: 160 frames in that time.
    expect(slow.sent).toBeGreaterThan(50);
  });

  it('does not happen on a fast connection, near or far', () => {
    expect(transfer(known(), 1_000, 10_000, 1, 20_000).sent).toBe(606);
    expect(transfer(new OutputFlowControl(), 1_000, 10_000, 150, 20_000).sent).toBeGreaterThan(500);
  });

  it('lasts until the reply or its timeout', () => {
    const flow = known();
    flow.sent(4_000, 10);
    const ms = flow.waitMs(20);
    expect(ms).toBeGreaterThan(2_000);
    expect(flow.waitMs(20 + ms)).toBe(0);
    flow.replyTimedOut();
    expect(flow.waitMs(30)).toBe(0);
    flow.sent(4_000, 30);
    flow.replyReceived(40);
    expect(flow.waitMs(40)).toBe(0);
  });
});

it('recognises a reply by its form', () => {
  expect(['\x1b[0n', '\x1b[3n'].every(isStatusReply)).toBe(true);
  expect(['\x1b[n', '\x1b[?0n', '\x1b[0;1R', 'n', '\x1b[0n '].some(isStatusReply)).toBe(false);
});
