import { describe, expect, it } from 'vitest';
import { BackendError } from '../../../src/domain/errors.ts';
import { type Message, textOf } from '../../../src/domain/message.ts';
import type { FollowEvent } from '../../../src/domain/ports/source.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { neverAborted } from '../api-fixture.ts';
import { chatRequests, chatsServer, factsOf, refOf, sourceAt } from './chats-fixture.ts';
import { follow, liveText, textOfLive } from './stream-fixture.ts';

const textsOf = ({ messages }: { readonly messages: readonly Message[] }) => messages.map(textOf);

/** For `until`: the transcript whose last message has this text. */
const lastText =
  (text: string) =>
  (event: FollowEvent): Transcript | null =>
    event.type === 'transcript' && textsOf(event.transcript).at(-1) === text ? event.transcript : null;

/** For `until`: the task that a stream reports with this status. */
const statusIs = (status: string) => (event: FollowEvent) =>
  event.type === 'task' && factsOf(event.task).status === status ? event.task : null;

const first = (event: FollowEvent): Transcript | null =>
  event.type === 'transcript' ? event.transcript : null;

describe.each(['array', 'envelope'] as const)('a stream with the framing %s', (framing) => {
  it('shows the turn under way, then its message', async () => {
    const server = await chatsServer({ framing });
    const id = server.chats.seed({ status: 'running', messages: [['user', 'Lint it']] });
    const agent = server.chats.agent(id);
    const stream = await follow(sourceAt(server), id);
    expect(textsOf(await stream.until(first))).toEqual(['Lint it']);

    agent.think('Hm');
    agent.write('Running ');
    agent.write('the linter');
    await stream.until(liveText('[reasoning]|Running the linter'));
    agent.commit();
    const stored = await stream.until(lastText('Running the linter'));
    expect(stored.live).toBeUndefined();
  });

  it('grows the arguments and the result of a call', async () => {
    const server = await chatsServer({ framing });
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    const liveCall = (fields: object) => (event: FollowEvent) => {
      const part = first(event)?.live?.parts[0];
      return part?.type === 'tool-call' &&
        Object.entries(fields).every(([name, value]) => part[name as 'id'] === value)
        ? part
        : null;
    };
    const call = agent.beginCall('execute');
    agent.writeArgs(call, '{"command":');
    await stream.until(liveCall({ input: '{"command":' }));
    agent.writeArgs(call, '"ls"}');
    agent.writeResult(call, 'a.ts\n');
    await stream.until(liveCall({ output: 'a.ts\n', status: 'running' }));
    agent.endResult(call, { output: 'a.ts\nb.ts\n', exit_code: 0 });
    expect(await stream.until(liveCall({ output: 'a.ts\nb.ts\n', status: 'done' }))).toMatchObject({
      input: { command: 'ls' },
    });
  });
});

describe('the conversation of a stream', () => {
  it('is loaded first when it is not held, with its older messages left out', async () => {
    const server = await chatsServer();
    const messages = Array.from({ length: 250 }, (_, index): ['user', string] => [
      'user',
      `message ${index}`,
    ]);
    const id = server.chats.seed({ messages });
    const stream = await follow(sourceAt(server), id);
    const transcript = await stream.until(first);
    expect(transcript.messages).toHaveLength(200);
    expect(transcript.hasOlder).toBe(true);
    expect(chatRequests(server)).toContain(`GET /${id}/messages?limit=200`);
  });

  it('resumes behind the last message, and has what was written meanwhile', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running', messages: [['user', 'Go']] });
    const source = sourceAt(server);
    const read = await source.transcript(refOf(id), neverAborted());
    server.chats.agent(id).say('Gone');
    const stream = await follow(source, id);
    const transcript = await stream.until(lastText('Gone'));
    expect(transcript.messages[0]).toBe(read.messages[0]);
    const [upgrade] = server.chats.sockets.upgrades;
    expect(upgrade?.target).toContain(`/stream?after_id=${read.messages[0]?.id}`);
    expect(chatRequests(server).filter((request) => request.includes('/messages'))).toHaveLength(1);
  });

  it('is the one of polls', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running', messages: [['user', 'Go']] });
    const source = sourceAt(server);
    const stream = await follow(source, id);
    await stream.until(first);
    server.chats.agent(id).say('One');
    const streamed = await stream.until(lastText('One'));
    const polled = await source.transcript(refOf(id), neverAborted());
    expect(polled).toBe(streamed);
    server.chats.agent(id).say('Two');
    await stream.until(lastText('Two'));
    expect(textsOf(await source.transcript(refOf(id), neverAborted()))).toEqual(['Go', 'One', 'Two']);
  });

  it('does not lose a message to the answer of an earlier poll', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running', messages: [['user', 'Go']] });
    const source = sourceAt(server);
    const stream = await follow(source, id);
    await stream.until(first);
    server.chats.faults.plan('messages', { delayAfterMs: 200 });
    const polling = source.transcript(refOf(id), neverAborted());
    await server.waitForRequests(server.requests.length + 1);
    server.chats.agent(id).say('One');
    await stream.until(lastText('One'));
    expect(textsOf(await polling)).toEqual(['Go', 'One']);
  });

  it('takes another version of a message under its id', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running', messages: [['user', 'Go']] });
    const agent = server.chats.agent(id);
    const messageId = agent.say('One');
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    agent.write('live');
    await stream.until(liveText('live'));
    agent.repeat();
    agent.revise(messageId, 'Revised');
    const revised = await stream.until(lastText('Revised'));
    expect(textsOf(revised)).toEqual(['Go', 'Revised']);
    await stream.until((event) => (lastText('Revised')(event) === null ? null : liveText('live')(event)));
  });

  it('is replaced after an edit, without an event that has only a part of it', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({
      messages: [
        ['user', 'One'],
        ['assistant', 'Two'],
        ['user', 'Three'],
        ['assistant', 'Four'],
      ],
    });
    const source = sourceAt(server);
    const stream = await follow(source, id);
    const before = await stream.until(first);
    await source.editMessage(refOf(id), before.messages[2]?.id ?? 0, 'Drei', neverAborted());
    const edited = await stream.until(lastText('Drei'));
    expect(textsOf(edited)).toEqual(['One', 'Two', 'Drei']);
    expect(edited.messages[0]).toBe(before.messages[0]);
    const lengths = stream.events.flatMap((event) => first(event)?.messages.length ?? []);
    expect(Math.min(...lengths)).toBe(3);

    // Every connection of an edited chat begins with its whole history.
    const again = await follow(source, id);
    expect((await again.until(lastText('Drei'))).messages[0]).toBe(before.messages[0]);
  });

  it('keeps its beginning when the whole history of an edited chat comes', async () => {
    const server = await chatsServer();
    const messages = Array.from({ length: 250 }, (_, index): ['user', string] => [
      'user',
      `message ${index}`,
    ]);
    const id = server.chats.seed({ messages });
    const source = sourceAt(server);
    const read = await source.transcript(refOf(id), neverAborted());
    await source.editMessage(refOf(id), read.messages.at(-1)?.id ?? 0, 'the end', neverAborted());
    const stream = await follow(source, id);
    const transcript = await stream.until(lastText('the end'));
    expect(transcript.messages[0]).toBe(read.messages[0]);
    expect(transcript).toMatchObject({ hasOlder: true });
    expect(transcript.messages).toHaveLength(200);
  });

  it('is complete after a silence, when no other event ends it', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'One']] });
    const agent = server.chats.agent(id);
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    agent.sendEvent({ type: 'history_reset' });
    for (const [index, text] of ['Uno', 'Due'].entries())
      agent.sendEvent({
        type: 'message',
        message: {
          id: 1_000 + index,
          role: 'user',
          created_at: '2026-01-01T00:00:00Z',
          content: [{ type: 'text', text }],
        },
      });
    const transcript = await stream.until(lastText('Due'));
    expect(textsOf(transcript)).toEqual(['Uno', 'Due']);
    expect(stream.events.map((event) => first(event)?.messages.length)).not.toContain(0);
  });

  it('has the queue, and an empty one', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running', queue: ['Then lint it'] });
    const stream = await follow(sourceAt(server), id);
    const { queue } = await stream.until(first);
    expect(queue).toMatchObject([{ parts: [{ text: 'Then lint it' }] }]);
    server.chats.web.deleteQueued(id, server.chats.queue(id)[0]?.id ?? 0);
    await stream.until((event) => (first(event)?.queue?.length === 0 ? true : null));
  });
});

describe('a stream that loses or repeats parts', () => {
  it('shows a replay once', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    agent.write('one ');
    agent.write('two ');
    agent.replayParts();
    agent.write('three');
    await stream.until(liveText('one two three'));
    expect(stream.events.map((event) => textOfLive(first(event)?.live))).not.toContain(
      expect.stringContaining('one two one'),
    );
  });

  it('ends at a gap, and another connection has all parts', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    const source = sourceAt(server);
    const stream = await follow(source, id);
    await stream.until(first);
    agent.write('one ');
    await stream.until(liveText('one '));
    agent.losePart('two ');
    agent.write('three');
    expect(await stream.ended).toMatchObject({ kind: 'bad-answer' });
    const again = await follow(source, id);
    await again.until(liveText('one two three'));
  });

  it('ignores late parts', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    agent.write('one');
    await stream.until(liveText('one'));
    agent.finish();
    await stream.until(statusIs('waiting'));
    agent.writeLate(' late');
    agent.sendEvent({ type: 'of the future' });
    agent.sendEvent({ type: 'message', message: { id: 'no number' } });
    server.chats.web.send(id, 'Next');
    const next = await stream.until(lastText('Next'));
    expect(next.live).toBeUndefined();
    expect(textsOf(next).slice(-2)).toEqual(['one', 'Next']);
  });

  it('shows a frame of 10,000 parts with one event', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    const count = stream.events.length;
    server.chats.sockets.sendText(
      JSON.stringify(
        Array.from({ length: 10_000 }, (_, index) => ({
          type: 'message_part',
          message_part: {
            part: { type: 'text', text: index === 9_999 ? 'end' : '.' },
            history_version: 1_000_000,
            generation_attempt: 1,
            seq: index + 1,
          },
        })),
      ),
    );
    await stream.until(liveText(`${'.'.repeat(9_999)}end`));
    expect(stream.events.length).toBe(count + 1);
  });
});

describe('the task of a stream', () => {
  it('has the status and the error, and keeps the rest', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running', title: 'Lint' });
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    server.chats.agent(id).fail({ message: 'The provider refused the key.', kind: 'auth' });
    const task = await stream.until(statusIs('error'));
    expect(task).toMatchObject({ displayName: 'Lint', state: { state: 'failed' } });
    expect(factsOf(task).lastError).toEqual({ kind: 'auth', message: 'The provider refused the key.' });
    server.chats.web.send(id, 'Again');
    expect(factsOf(await stream.until(statusIs('running'))).lastError).toBeNull();
  });

  it('has the question of a turn that ended', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running', planMode: true });
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    server.chats.agent(id).ask({
      header: 'Auth',
      question: 'Which flow?',
      options: [{ label: 'OIDC' }, { label: 'SAML' }],
    });
    const task = await stream.until((event) =>
      event.type === 'task' && factsOf(event.task).questions.length > 0 ? event.task : null,
    );
    expect(factsOf(task).questions).toMatchObject([{ text: 'Which flow?' }]);
  });

  it('comes only when it changed', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'Go']] });
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    server.chats.agent(id).retitle('Another');
    server.chats.web.send(id, 'More');
    await stream.until(statusIs('running'));
    expect(stream.tasks).toHaveLength(1);
  });
});

describe('a retry', () => {
  it('has its error and its time by our clock, until the next part', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    const now = Date.now();
    const stream = await follow(
      sourceAt(server, {
        now: () => now,
        after: (ms, call) => {
          const timer = setTimeout(call, ms);
          return () => clearTimeout(timer);
        },
      }),
      id,
    );
    await stream.until(first);
    agent.write('one');
    await stream.until(liveText('one'));
    agent.retry(2_000);
    const retry = await stream.until((event) => first(event)?.live?.retry);
    expect(retry).toEqual({ attempt: 1, error: 'Provider is overloaded.', at: now + 2_000 });
    agent.write('two');
    await stream.until((event) => (first(event)?.live?.retry === null ? liveText('two')(event) : null));
  });
});

describe('the events of a stream', () => {
  it('have rising revisions until the stream is aborted', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    agent.write('one');
    await stream.until(liveText('one'));
    const revisions = stream.events.flatMap((event) => (event.type === 'transcript' ? [event.revision] : []));
    expect(revisions).toEqual(revisions.map((_, index) => index + 1));
    stream.close();
    expect(await stream.ended).toMatchObject({ kind: 'aborted' });
    await server.chats.sockets.until(() => server.chats.sockets.open.all === 0);
  });

  it('leave out a change that waited when the stream was aborted', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    let received = (): void => {};
    // No timer fires, so that every change after the first one waits.
    const clock = {
      after: () => () => undefined,
      now: () => {
        received();
        return Date.now();
      },
    };
    const stream = await follow(sourceAt(server, clock), id);
    await stream.until(first);
    agent.write('one');
    await stream.until(liveText('one'));
    const { length } = stream.events;
    const arrived = new Promise<void>((resolve) => {
      received = resolve;
    });
    agent.write(' two');
    await arrived;
    stream.close();
    expect(await stream.ended).toMatchObject({ kind: 'aborted' });
    expect(stream.events).toHaveLength(length);
  });

  it('include the last change before the server ends the stream', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const agent = server.chats.agent(id);
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    agent.write('one');
    await stream.until(liveText('one'));
    for (const word of [' two', ' three', ' four']) agent.write(word);
    // The parts leave the server before its close frame.
    await new Promise((resolve) => setImmediate(resolve));
    server.chats.sockets.close();
    expect(await stream.ended).toBe('ended');
    expect(textOfLive(stream.transcript().live)).toBe('one two three four');
  });

  it.each([
    ['a text that is no JSON', '[{', 'bad-answer'],
    ['an error of an older server', '{"type":"error","data":{"message":"Sync failed."}}', 'server'],
  ])('end with %s', async (_, frame, kind) => {
    const server = await chatsServer();
    const id = server.chats.seed({ status: 'running' });
    const stream = await follow(sourceAt(server), id);
    await stream.until(first);
    server.chats.sockets.sendText(frame);
    const error = await stream.ended;
    expect(error).toBeInstanceOf(BackendError);
    expect(error).toMatchObject({ kind });
  });

  it('end for a chat that does not exist', async () => {
    const server = await chatsServer();
    const id = server.chats.seed();
    const source = sourceAt(server);
    const task = await source.get(refOf(id), neverAborted());
    const stream = await follow(source, id, { ...task, id: '00000000-0000-4000-8000-000000000001' });
    expect(await stream.ended).toMatchObject({ kind: 'not-found' });
    expect(stream.events).toEqual([]);
    expect(server.chats.sockets.upgrades).toEqual([]);
  });
});
