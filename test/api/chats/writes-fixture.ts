import { onTestFinished } from 'vitest';
import { createApiClient } from '../../../src/api/api-client.ts';
import { createChatsApi } from '../../../src/api/chats/chats-api.ts';
import { type ChatsWrites, createChatsWrites } from '../../../src/api/chats/chats-writes.ts';
import { createConnection } from '../../../src/api/connection.ts';
import type { NewChat } from '../../../src/domain/ports/source.ts';
import type { SentMessage, TranscriptReader } from '../../../src/domain/receipt.ts';
import type { Task } from '../../../src/domain/task.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { live, makeChat } from '../../domain/builders.ts';
import { type ChatsServer, startChatsServer } from '../../support/chats/chats-server.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { neverAborted, TOKEN } from '../api-fixture.ts';

/** The write side of the chats of a server until the current test ends. */
interface WritesFixture {
  readonly server: ChatsServer;
  readonly writes: ChatsWrites;
  /** The methods and paths of the requests so far, below `/chats`. */
  readonly requests: () => readonly string[];
}

/** Turns end and workers stop only when the test says so, unless the options say otherwise. */
export async function startWrites(options: Partial<ChatsOptions> = {}): Promise<WritesFixture> {
  const server = await startChatsServer({ stopsAfterMs: null, ...options });
  onTestFinished(() => server.close());
  const client = createApiClient(createConnection({ url: server.url, token: TOKEN }), undefined);
  const api = createChatsApi(client);
  return {
    server,
    writes: createChatsWrites(api, api.get, systemClock, undefined),
    requests: () =>
      server.requests.map(({ method, target }) => `${method} ${target.replace(/^\/api\/\w+\/chats/u, '')}`),
  };
}

export const chatWith = (id: string): Task => makeChat({ id });

export const signal = neverAborted();

/** A transcript without the queue: the source then reads the conversation itself. */
const withoutTranscript: TranscriptReader = async () => ({
  transcript: live(),
  requestedAt: Date.now(),
});

/** Sends a message and lets its source find out about it, as the outbox does. `laterMs`: when it looks. */
export async function deliver(
  { writes }: WritesFixture,
  id: string,
  text: string,
  { laterMs = 60_000, change = () => {} }: { readonly laterMs?: number; readonly change?: () => void } = {},
) {
  const task = chatWith(id);
  const evidence = await writes.prepare(task, withoutTranscript, signal);
  const startedAt = Date.now();
  let error: unknown = null;
  const receipt = await writes.send(task, text, signal).catch((cause: unknown) => {
    error = cause;
    return null;
  });
  change();
  const message: SentMessage = {
    text,
    startedAt,
    brokenAt: receipt === null ? startedAt : null,
    receipt,
    // As it is read back from the disk.
    evidence: JSON.parse(JSON.stringify(evidence)),
    wasSentHere: () => true,
  };
  const later: TranscriptReader = async () => ({
    transcript: live(),
    requestedAt: startedAt + laterMs,
  });
  return { receipt, error, resolution: await writes.resolve(task, message, later, signal) };
}

export const newChat = (about: Partial<NewChat> = {}): NewChat => ({
  kind: 'chat',
  prompt: 'Fix the clock',
  organizationId: ORGANIZATION_ID,
  ...about,
});
