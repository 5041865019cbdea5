import { describe, expect, it } from 'vitest';
import { chatsDelivery } from '../../../src/api/chats/chats-delivery.ts';
import type { Message } from '../../../src/domain/message.ts';
import type { Evidence, SentMessage } from '../../../src/domain/receipt.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { agent, live, makeChat, NOON, you } from '../../domain/builders.ts';
import { CUT_BEFORE, LOST_ANSWER } from '../../support/chats/faults.ts';
import { deliver, startWrites } from './writes-fixture.ts';

describe('a send', () => {
  it.each([
    ['waiting', { kind: 'accepted', messageId: expect.any(Number) }],
    ['running', { kind: 'queued', queueId: expect.any(String) }],
    ['interrupting', { kind: 'queued', queueId: expect.any(String) }],
    ['error', { kind: 'accepted', messageId: expect.any(Number) }],
  ] as const)('to a chat that is %s has the receipt of the server', async (status, receipt) => {
    const fixture = await startWrites();
    const id = fixture.server.chats.seed({ status });
    expect((await deliver(fixture, id, 'Run the linter')).receipt).toEqual(receipt);
  });

  it('to a failed chat with a queue goes to the tail, and the head runs', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed({ status: 'error', queue: ['one', 'two'] });
    expect((await deliver(fixture, id, 'three')).receipt).toMatchObject({ kind: 'queued' });
    expect(chats.prompts(id).at(-1)).toBe('one');
    expect(chats.queue(id).map(({ text }) => text)).toEqual(['two', 'three']);
  });

  it('to a full queue is refused as busy', async () => {
    const fixture = await startWrites({ queueLimit: 1 });
    const id = fixture.server.chats.seed({ status: 'running', queue: ['one'] });
    const { receipt, error } = await deliver(fixture, id, 'two');
    expect(receipt).toBeNull();
    expect(error).toMatchObject({ kind: 'busy', tookEffect: 'no', message: 'Message queue is full.' });
  });
});

describe('a send without an answer', () => {
  it.each([
    ['waiting', LOST_ANSWER, 'accepted'],
    ['running', LOST_ANSWER, 'queued'],
    ['error', LOST_ANSWER, 'accepted'],
    ['waiting', CUT_BEFORE, 'absent'],
    ['running', CUT_BEFORE, 'absent'],
  ] as const)('to a chat that is %s with %o is %s', async (status, fault, resolution) => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed({ status });
    chats.faults.plan('send', fault);
    expect(await deliver(fixture, id, ' Run\nthe linter ')).toMatchObject({
      receipt: null,
      error: { tookEffect: 'maybe' },
      resolution,
    });
  });

  it('is undecided as long as the server may still write it', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed();
    chats.faults.plan('send', CUT_BEFORE);
    expect((await deliver(fixture, id, 'go', { laterMs: 9_000 })).resolution).toBe('undecided');
  });

  it('is not mistaken for an older message with the same words', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed({
      messages: [
        ['user', 'yes'],
        ['assistant', 'Sure?'],
      ],
    });
    chats.faults.plan('send', CUT_BEFORE);
    expect((await deliver(fixture, id, 'yes')).resolution).toBe('absent');
  });

  it('is found behind more messages than a page holds', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed();
    chats.faults.plan('send', LOST_ANSWER);
    const change = (): void => {
      for (let count = 0; count < 450; count++) chats.agent(id).say(`step ${count}`);
    };
    expect((await deliver(fixture, id, 'go on', { change })).resolution).toBe('accepted');
  });

  it('is not there behind more messages than a page holds', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed({ status: 'running' });
    chats.faults.plan('send', CUT_BEFORE);
    const change = (): void => {
      for (let count = 0; count < 450; count++) chats.agent(id).say(`step ${count}`);
    };
    expect((await deliver(fixture, id, 'go on', { change })).resolution).toBe('absent');
  });

  describe('while an equal message waits in the queue', () => {
    const promoted = async (era: 'interrupting' | 'paused', fault: typeof CUT_BEFORE) => {
      const fixture = await startWrites({ era });
      const { chats } = fixture.server;
      const id = chats.seed({ status: 'running', queue: ['yes'] });
      chats.faults.plan('send', fault);
      return deliver(fixture, id, 'yes', { change: () => chats.agent(id).finish() });
    };

    it('is absent when that one was promoted, and the server says so', async () => {
      expect((await promoted('paused', CUT_BEFORE)).resolution).toBe('absent');
    });

    it('is for the user to decide when that one was promoted, and the server does not say so', async () => {
      expect((await promoted('interrupting', CUT_BEFORE)).resolution).toBe('unknown');
    });

    it.each(['interrupting', 'paused'] as const)('is found in the queue of a server %s', async (era) => {
      expect((await promoted(era, LOST_ANSWER)).resolution).toBe('queued');
    });

    it('is found when both were promoted', async () => {
      const fixture = await startWrites();
      const { chats } = fixture.server;
      const id = chats.seed({ status: 'running', queue: ['yes'] });
      chats.faults.plan('send', LOST_ANSWER);
      const change = (): void => {
        chats.agent(id).finish();
        chats.agent(id).finish();
      };
      expect((await deliver(fixture, id, 'yes', { change })).resolution).toBe('accepted');
    });
  });

  it('is for the user to decide when the conversation was edited elsewhere', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed({ status: 'running' });
    const [prompt] = chats.messages(id);
    chats.faults.plan('send', LOST_ANSWER);
    const change = (): void => chats.web.editMessage(id, prompt?.id ?? 0, 'Something else');
    expect((await deliver(fixture, id, 'Run the linter', { change })).resolution).toBe('unknown');
  });

  it('is for the user to decide when it is short, and others write meanwhile', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed({ status: 'running' });
    chats.faults.plan('send', LOST_ANSWER);
    const change = (): void => chats.web.send(id, 'and the docs');
    expect((await deliver(fixture, id, 'yes', { change })).resolution).toBe('unknown');
    chats.faults.plan('send', LOST_ANSWER);
    const long = 'Run the linter on everything that changed since yesterday';
    expect((await deliver(fixture, id, long, { change })).resolution).toBe('queued');
  });
});

describe('a message with a receipt', () => {
  it('that has left the queue has arrived, also when it was deleted elsewhere', async () => {
    const fixture = await startWrites();
    const { chats } = fixture.server;
    const id = chats.seed({ status: 'running' });
    const change = (): void => {
      for (const { id: queueId } of chats.queue(id)) chats.web.deleteQueued(id, queueId);
    };
    expect((await deliver(fixture, id, 'Run the linter', { change })).resolution).toBe('accepted');
  });
});

describe('from a transcript', () => {
  const evidence: Evidence = { lastMessage: 8, lastUser: 5, lastQueued: 0, queue: [] };
  const sent = (about: Partial<SentMessage> = {}): SentMessage => ({
    text: 'go on',
    startedAt: NOON,
    brokenAt: NOON,
    receipt: null,
    evidence,
    wasSentHere: () => true,
    ...about,
  });
  const shown = (about: Partial<Transcript> = {}): Transcript => ({
    ...live(you(5, 'go on'), agent(8, 'ok')),
    queue: [],
    ...about,
  });
  const withNew = (...more: readonly Message[]): Transcript => ({
    ...live(you(5, 'go on'), agent(8, 'ok'), ...more),
    queue: [],
  });
  const queued = (id: string, text: string) => ({ id, parts: [{ type: 'text', text } as const], at: NOON });
  const resolve = (transcript: Transcript, message = sent(), requestedAt = NOON + 60_000) =>
    chatsDelivery.resolveFrom(makeChat(), message, { transcript, requestedAt });

  it.each([
    ['shows it', withNew(you(9, 'go on')), sent(), 'accepted'],
    ['shows it in the queue', shown({ queue: [queued('3', 'go on')] }), sent(), 'queued'],
    ['does not show it', shown(), sent(), 'absent'],
    ['does not show it, and it is pending', shown(), sent({ brokenAt: null }), 'undecided'],
    ['has no queue', live(), sent(), 'undecided'],
    [
      'lacks messages in between',
      { ...live(agent(12, 'x')), queue: [], hasOlder: true },
      sent(),
      'undecided',
    ],
    ['lacks the known message', { ...live(agent(12, 'x')), queue: [] }, sent(), 'undecided'],
    ['cannot be compared', shown(), sent({ evidence: null }), 'undecided'],
    [
      'shows the accepted one',
      withNew(you(9, 'go on')),
      sent({ brokenAt: null, receipt: { kind: 'accepted', messageId: 9 } }),
      'accepted',
    ],
    [
      'is older than the accepted one',
      shown(),
      sent({ brokenAt: null, receipt: { kind: 'accepted', messageId: 9 } }),
      'undecided',
    ],
    [
      'shows the queued one in the queue',
      shown({ queue: [queued('3', 'go on')] }),
      sent({ brokenAt: null, receipt: { kind: 'queued', queueId: '3' } }),
      'accepted',
    ],
    [
      'shows the queued one as a message',
      withNew(you(9, 'go on')),
      sent({ brokenAt: null, receipt: { kind: 'queued', queueId: '3' } }),
      'accepted',
    ],
    [
      'does not show the queued one',
      shown(),
      sent({ brokenAt: null, receipt: { kind: 'queued', queueId: '3' } }),
      'queued',
    ],
  ] as const)('that %s', (_, transcript, message, resolution) => {
    expect(resolve(transcript, message)).toBe(resolution);
  });

  it('that was requested before the send decides nothing', () => {
    expect(resolve(withNew(you(9, 'go on')), sent(), NOON - 1)).toBe('undecided');
  });
});
