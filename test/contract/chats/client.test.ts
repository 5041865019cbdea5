import { describe, expect, it } from 'vitest';
import { createCoderBackend } from '../../../src/api/coder-backend.ts';
import { BackendError } from '../../../src/domain/errors.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import type { Source } from '../../../src/domain/ports/source.ts';
import { CHATS } from '../../../src/domain/task.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { Chats } from '../../support/chats/chats.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { arrangeChat, operationName } from './arrange.ts';
import { type ContractOperation, FAULTS, type FaultRow } from './contract.ts';
import { startServer } from './start-server.ts';

const TOKEN = 'abcdefghij-0123456789abcdefghijkl';
const signal = (): AbortSignal => new AbortController().signal;

/** Waits a tenth of the time: some actions look again after seconds. */
const clock: Clock = {
  ...systemClock,
  after: (ms, callback) => systemClock.after(ms / 10, callback),
};

function chatsSource(url: string): Required<Source> {
  const source = createCoderBackend({ url, token: TOKEN, clock }).sources.find(({ id }) => id === CHATS);
  if (source === undefined) throw new Error('The backend has no Chats.');
  return source as Required<Source>;
}

type Call = (source: Required<Source>, chats: Chats, id: string, row: FaultRow) => Promise<unknown>;

const ref = (id: string) => ({ id, ownerName: 'ada' });

/** The id of the queued message that the row names. */
const queueId = (chats: Chats, id: string, { request }: FaultRow): string => {
  const queue = chats.queue(id);
  const row = request.which === 'unknown' ? undefined : request.which === 'tail' ? queue.at(-1) : queue[0];
  return String(row?.id ?? 999);
};

/** The call of the client for an operation. Other operations no client needs. */
const CALLS: Readonly<Partial<Record<ContractOperation, Call>>> = {
  list: (source) => source.list({ owner: 'me' }, signal()),
  get: (source, _chats, id, { request }) => source.get(ref(request.id ?? id), signal()),
  messages: (source, _chats, id) => source.transcript(ref(id), signal()),
  create: (source) =>
    source.create({ kind: 'chat', prompt: 'new', organizationId: ORGANIZATION_ID }, signal()),
  send: (source, _chats, id) => source.send(ref(id), 'new', signal()),
  'edit message': (source, chats, id, { request }) => {
    const last = chats.messages(id).findLast(({ role }) => role === 'user')?.id ?? 0;
    return source.editMessage(ref(id), request.message === 'unknown' ? 999_999 : last, 'new', signal());
  },
  promote: (source, chats, id, row) => source.sendQueuedNow(ref(id), queueId(chats, id, row), signal()),
  'delete queued': (source, chats, id, row) =>
    source.cancelQueued(ref(id), queueId(chats, id, row), signal()),
  interrupt: (source, _chats, id) => source.run('interrupt', ref(id), signal()),
  archive: (source, _chats, id) => source.run('archive', ref(id), signal()),
  'mark read': (source, _chats, id) => source.markRead(ref(id), signal()),
};

const rows = FAULTS.flatMap((row) => {
  const call = CALLS[row.request.operation];
  return call === undefined ? [] : [{ ...row, call }];
});

/** Everything that a client can see of the chats. */
const snapshot = (chats: Chats): string =>
  JSON.stringify(chats.ids.map((id) => [chats.chat(id), chats.queue(id), chats.messages(id)]));

describe('the client survives', () => {
  it.each(rows)('$id', async ({ call, ...row }) => {
    // Interrupted turns stop soon, because some actions wait for that.
    const { chats, server } = await startServer({ stopsAfterMs: 5, ...row.options });
    const id = row.chat === undefined ? '' : arrangeChat(chats, row.chat);
    const before = snapshot(chats);
    if (row.fault !== undefined) chats.faults.plan(operationName(row.request.operation), row.fault);
    const error = await call(chatsSource(server.url), chats, id, row).then(
      () => null,
      (caught: unknown) => caught,
    );
    if (error !== null && !(error instanceof BackendError)) throw error;
    const { error: kind, tookEffect } = row.conclude;
    const isRepeatable = row.answer === 'connection lost' && row.request.operation !== 'send';
    // An action whose answer was lost may find out by itself what happened.
    if (error !== null || !isRepeatable)
      expect({ kind: error?.kind, tookEffect: error?.tookEffect, message: error?.message }).toMatchObject({
        kind,
        tookEffect,
      });
    const hasChanged = snapshot(chats) !== before;
    if (error?.tookEffect === 'no') expect(hasChanged).toBe(false);
    if (error === null && row.effect !== undefined && isRepeatable) expect(hasChanged).toBe(true);
    if (row.effect === true && row.request.operation === 'send') expect(timesSent(chats, id)).toBe(1);
  });
});

/** How many times the server has the text of the request. */
const timesSent = (chats: Chats, id: string): number =>
  [...chats.prompts(id), ...chats.queue(id).map(({ text }) => text)].filter((text) => text === 'new').length;
