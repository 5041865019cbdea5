import { describe, expect, it } from 'vitest';
import { BackendError } from '../../../src/domain/errors.ts';
import type { NewChat } from '../../../src/domain/ports/source.ts';
import type { Resolution, TranscriptReader } from '../../../src/domain/receipt.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import { type ChatsSource, sourceAt } from '../../api/chats/chats-fixture.ts';
import { makeChat } from '../../domain/builders.ts';
import type { Chats } from '../../support/chats/chats.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { arrangeChat, operationName } from './arrange.ts';
import { type ContractRequest, FAULTS, MACHINE, REFUSALS } from './contract.ts';
import { startServer } from './start-server.ts';

/*
 * The client against the server of the contract, a row each. The client sends no request that a row needs a hand-made
 * body or query for: those rows are the server's alone.
 */

interface Client {
  readonly chats: Chats;
  readonly source: ChatsSource;
}

async function start(options: Partial<ChatsOptions> = {}): Promise<Client> {
  const { server, chats } = await startServer(options);
  return { chats, source: sourceAt(server, clock) };
}

/** Waits a tenth of the time: some actions look again after seconds. */
const clock = {
  now: systemClock.now,
  after: (ms: number, callback: () => void) => systemClock.after(ms / 10, callback),
};

const signal = neverAborted();

const NEW = 'new';

const textIn = (body: unknown): string | undefined => {
  const { content, ...others } = (body ?? {}) as Record<string, unknown>;
  if (Object.keys(others).length > 0 || !Array.isArray(content) || content.length !== 1) return undefined;
  const [{ type, text }] = content;
  const [, length] = /^\$(\d+)$/u.exec(text) ?? [];
  return type === 'text' ? (length === undefined ? text : 'x'.repeat(Number(length))) : undefined;
};

/** Undefined: the client has no field for it. */
function newChatOf(body: unknown): NewChat | undefined {
  if (body === undefined) return { kind: 'chat', prompt: NEW, organizationId: ORGANIZATION_ID };
  const {
    organization_id: organization,
    content,
    model_config_id: modelId,
    reasoning_effort: effort,
    workspace_id: workspaceId,
    ...others
  } = body as Record<string, string>;
  const prompt = textIn({ content });
  if (organization === undefined || prompt === undefined || Object.keys(others).length > 0) return undefined;
  return {
    kind: 'chat',
    prompt,
    organizationId: organization === '$organization' ? ORGANIZATION_ID : organization,
    ...(modelId !== undefined && { modelId }),
    ...(effort !== undefined && { effort }),
    ...(workspaceId !== undefined && { workspaceId }),
  };
}

/** The request as the client makes it; null for one that it never makes. */
function callOf(
  { chats, source }: Client,
  id: string | null,
  { operation, body, query, which = 'head', message, id: otherId }: ContractRequest,
): (() => Promise<unknown>) | null {
  if (query !== undefined || otherId !== undefined) return null;
  const chat = makeChat({ id: id ?? '' });
  const row = id === null ? null : chats.row(id);
  const queued = which === 'head' ? row?.queue[0] : row?.queue.at(-1);
  const queueId = which === 'unknown' ? '999' : String(queued?.id ?? 999);
  const run = (action: string) => () => source.run(action, chat, signal);
  switch (operation) {
    case 'list':
      return () => source.list({ owner: 'me' }, signal);
    case 'get':
      return () => source.get(chat, signal);
    case 'messages':
      return () => source.transcript(chat, signal);
    case 'create': {
      const task = newChatOf(body);
      return task === undefined ? null : () => source.create(task, signal, 'the-label');
    }
    case 'send': {
      const text = body === undefined ? NEW : textIn(body);
      return text === undefined ? null : () => source.send(chat, text, signal);
    }
    case 'edit message': {
      if (message !== undefined && message !== 'unknown') return null;
      const last = row?.messages.findLast((each) => each.role === 'user' && !each.deleted)?.id ?? 1;
      return () => source.editMessage(chat, message === 'unknown' ? 999_999 : last, NEW, signal);
    }
    case 'promote':
      return /^\d+$|^(head|tail|unknown)$/u.test(which)
        ? () => source.sendQueuedNow(chat, queueId, signal)
        : null;
    case 'delete queued':
      return /^\d+$|^(head|tail|unknown)$/u.test(which)
        ? () => source.cancelQueued(chat, queueId, signal)
        : null;
    case 'interrupt':
    case 'archive':
    case 'restore':
      return run(operation);
    case 'mark read':
      return () => source.markRead(chat, signal);
    case 'update': {
      const { title, archived, pin_order: pin, ...others } = (body ?? {}) as Record<string, unknown>;
      const [, length] = /^\$(\d+)$/u.exec(String(title)) ?? [];
      if (Object.keys(others).length > 0) return null;
      if (typeof title === 'string')
        return () => source.rename(chat, length === undefined ? title : 'x'.repeat(Number(length)), signal);
      if (typeof archived === 'boolean') return run(archived ? 'archive' : 'restore');
      return pin === 1 ? run('pin') : null;
    }
    default:
      return null;
  }
}

async function failureOf(call: () => Promise<unknown>): Promise<BackendError | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (error instanceof BackendError) return error;
    throw error;
  }
}

const stateOf = (chats: Chats, id: string) => ({
  status: chats.chat(id).status as string,
  queue: chats.queue(id).map(({ text }) => text),
  archived: chats.chat(id).archived,
});

/** The answers that mean that the chat is so already: a success. */
const ALREADY_SO = [
  'Chat is not in an interruptible state.',
  'Chat is already archived.',
  'Chat is already not archived.',
  'Chat is not archived.',
];

const ACTIVE = 'Cannot archive an active chat. Interrupt or wait for the chat to finish first.';

describe('the state machine', () => {
  const rows = MACHINE.filter(({ operation }) =>
    ['send', 'promote', 'delete queued', 'edit message', 'interrupt', 'archive', 'restore'].includes(
      operation,
    ),
  );

  it('has the rows of all operations of the client', () => {
    expect(rows.length).toBeGreaterThan(80);
  });

  it.each(rows)('$cell', async (row) => {
    // An archived chat must first end its turn.
    const isActive = row.message === ACTIVE;
    const client = await start({
      ...(row.era !== undefined && { era: row.era }),
      ...(isActive && { stopsAfterMs: 1 }),
    });
    const { chats } = client;
    const { from, operation, message } = row;
    const id = arrangeChat(chats, { ...from, queue: from.queue.length });
    const before = chats.messages(id).at(-1)?.id ?? 0;
    if (isActive && from.status === 'interrupting')
      chats.options.timers.after(20, () => chats.agent(id).stop());
    const call = callOf(client, id, {
      operation: operation as ContractRequest['operation'],
      ...(row.which !== undefined && { which: row.which }),
    });
    let result: unknown;
    const failure = await failureOf(async () => {
      result = await call?.();
    });
    if (isActive) {
      expect(failure).toBeNull();
      expect(stateOf(chats, id)).toMatchObject({ archived: true });
      return;
    }
    if (message === undefined || ALREADY_SO.includes(message)) expect(failure).toBeNull();
    else expect(failure).toMatchObject({ status: row.status, message, tookEffect: 'no' });
    if (operation === 'send' && failure === null)
      expect(result).toMatchObject({ kind: row.queued ? 'queued' : 'accepted' });
    expect(stateOf(chats, id)).toEqual({ archived: false, ...row.to, editing: undefined });
    const ran = chats.messages(id).filter((each) => each.id > before && each.role === 'user');
    expect(ran.map(({ text }) => text)).toEqual(row.ran);
  });
});

const snapshot = (chats: Chats): string =>
  JSON.stringify(chats.ids.map((id) => [chats.chat(id), chats.queue(id), chats.messages(id)]));

describe('refused requests', () => {
  it.each(REFUSALS)('$id', async ({ options, chat, request, answer }) => {
    const client = await start(options);
    const { chats } = client;
    const id = chat === undefined ? null : arrangeChat(chats, chat);
    const call = callOf(client, id, request);
    if (call === null) return;
    const before = snapshot(chats);
    const failure = await failureOf(call);
    const { status, message = expect.any(String) } = answer;
    if (ALREADY_SO.includes(String(message))) expect(failure).toBeNull();
    // Where the user may not use Chats at all, the client says so in its own words.
    else if (failure?.kind === 'no-tasks') expect(failure).toMatchObject({ status, tookEffect: 'no' });
    else expect(failure).toMatchObject({ status, message, tookEffect: 'no' });
    if (answer.detail !== undefined) expect(failure?.detail).toBe(answer.detail);
    expect(snapshot(chats)).toBe(before);
  });
});

describe('faults', () => {
  it.each(FAULTS)('$id', async (row) => {
    const { options, chat, request, fault, conclude } = row;
    const isActive = row.answer !== 'connection lost' && row.answer.message === ACTIVE;
    const client = await start({ ...options, ...(isActive && { stopsAfterMs: 1 }) });
    const { chats, source } = client;
    const id = chat === undefined ? null : arrangeChat(chats, chat);
    const call = callOf(client, id, request);
    if (call === null) return;
    const task = makeChat({ id: id ?? '' });
    const readTranscript: TranscriptReader = async (each, readSignal) => ({
      transcript: await source.transcript(each, readSignal),
      // Long after the connection broke.
      requestedAt: Date.now() + 60_000,
    });
    const isSend = request.operation === 'send' && id !== null;
    const evidence = isSend ? await source.prepare(task, readTranscript, signal) : null;
    if (request.operation !== 'list') await source.list({ owner: 'me' }, signal).catch(() => {});
    if (fault !== undefined) chats.faults.plan(operationName(request.operation), fault);
    const startedAt = Date.now();
    const failure = await failureOf(call);

    if (conclude.error === undefined || conclude.foundOut === true || isActive) expect(failure).toBeNull();
    else
      expect(failure).toMatchObject({
        kind: conclude.error,
        ...(conclude.tookEffect !== undefined && { tookEffect: conclude.tookEffect }),
      });
    if (conclude.resolution === undefined) return;
    let resolution: Resolution;
    if (request.operation === 'create') {
      resolution = (await source.findCreated('the-label', signal)) === null ? 'absent' : 'accepted';
    } else {
      const message = {
        text: NEW,
        startedAt,
        brokenAt: startedAt,
        receipt: null,
        evidence,
        wasSentHere: () => true,
      };
      resolution = await source.resolve(task, message, readTranscript, signal);
    }
    expect(resolution).toBe(conclude.resolution);
  });
});
