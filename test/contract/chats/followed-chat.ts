import { onTestFinished } from 'vitest';
import { createCoderBackend } from '../../../src/api/coder-backend.ts';
import type { Message, MessagePart } from '../../../src/domain/message.ts';
import type { FollowEvent, Source } from '../../../src/domain/ports/source.ts';
import type { Task } from '../../../src/domain/task.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { clockFrom } from '../../../src/platform/clock.ts';
import { createReconnectingStream } from '../../../src/sync/refresh/reconnecting-stream.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import type { ChatsServer } from '../../support/chats/chats-server.ts';

/** A clock that runs this many times as fast as the machine's. */
export const clockTimes = (factor: number) => {
  const start = Date.now();
  const monotonic = () => performance.now() * factor;
  const first = monotonic();
  return clockFrom({
    wall: () => Math.round(start + monotonic() - first),
    monotonic,
    timer(ms, callback) {
      const timer = setTimeout(callback, ms / factor);
      return () => clearTimeout(timer);
    },
  });
};

/** The client of a server for Chats, as the program makes it. */
export function chatsSourceOf(
  { url }: Pick<ChatsServer, 'url'>,
  { token = 'token', clock = clockTimes(1) }: { token?: string; clock?: ReturnType<typeof clockFrom> } = {},
): Required<Pick<Source, 'follow' | 'watch'>> & Source {
  const source = createCoderBackend({ url, token, clock }).sources.find(({ id }) => id === 'chats');
  if (source?.follow === undefined || source.watch === undefined) throw new Error('Chats have no streams.');
  return source as Required<Pick<Source, 'follow' | 'watch'>> & Source;
}

const partText = (part: MessagePart): string => ('text' in part ? String(part.text) : JSON.stringify(part));

const messageText = ({ parts }: Pick<Message, 'parts'>): string => parts.map(partText).join('');

/** A conversation as the suite compares it. */
export const comparable = ({ messages, queue = [] }: Transcript) => ({
  messages: messages.map(({ id, role, parts }) => ({ id, role, parts })),
  queue: queue.map(({ id, parts }) => ({ id, text: parts.map(partText).join('') })),
});

/** All text that a transcript shows, the live turn included. */
export const shownText = ({ messages, live }: Transcript): string =>
  [...messages.map(messageText), (live?.parts ?? []).map(partText).join('')].join('\n');

/** The text and the reasoning of the turn under way, as a transcript shows them. */
export const liveText = ({ live }: Transcript): string =>
  (live?.parts ?? [])
    .map((part) => (part.type === 'text' || part.type === 'reasoning' ? part.text : ''))
    .join('');

export interface FollowedChat {
  readonly source: ReturnType<typeof chatsSourceOf>;
  readonly task: Task;
  /** Every transcript so far, oldest first. */
  readonly transcripts: readonly Transcript[];
  /** The last one; null before the first. */
  readonly last: Transcript | null;
  /** Errors of the follower itself. */
  readonly faults: readonly unknown[];
  /** Breaks the connection, and opens the stream again. */
  reopen(): void;
  close(): void;
}

/**
 * Follows a chat until the current test ends, as the program does: opens the stream again when it ends, 20 times as
 * fast, and requests the conversation when the stream reports a change without it.
 */
export async function followChat(
  server: Pick<ChatsServer, 'url'>,
  id: string,
  clock = clockTimes(1),
  token = 'token',
): Promise<FollowedChat> {
  const source = chatsSourceOf(server, { clock, token });
  const task = await source.get({ id, ownerName: 'ada' }, neverAborted());
  const transcripts: Transcript[] = [];
  const faults: unknown[] = [];
  const receive = (event: FollowEvent): void => {
    if (event.type === 'transcript') transcripts.push(event.transcript);
    if (event.type !== 'changed') return;
    source.transcript(task, neverAborted()).then(
      (transcript) => transcripts.push(transcript),
      (error: unknown) => faults.push(error),
    );
  };
  const stream = createReconnectingStream({
    clock: clockTimes(20),
    random: () => 0,
    open: (onEvent, signal) =>
      source.follow(
        task,
        (event) => {
          onEvent();
          receive(event);
        },
        signal,
      ),
    onBroken: () => {},
    onInternalError: (error) => faults.push(error),
  });
  stream.reopen();
  onTestFinished(() => stream.close());
  return {
    source,
    task,
    transcripts,
    faults,
    get last() {
      return transcripts.at(-1) ?? null;
    },
    reopen: () => stream.reopen(),
    close: () => stream.close(),
  };
}
