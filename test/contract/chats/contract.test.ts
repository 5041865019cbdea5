import { describe, expect, it } from 'vitest';
import type { Chats } from '../../support/chats/chats.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import { arrangeChat, operationName, wireRequest } from './arrange.ts';
import {
  type AgentOperation,
  type ChatState,
  type ContractAnswer,
  type ContractOperation,
  type ContractRequest,
  FAULTS,
  MACHINE,
  REFUSALS,
} from './contract.ts';
import type { Received } from './request.ts';
import { startServer } from './start-server.ts';

async function start(options?: Partial<ChatsOptions>) {
  const { chats, api } = await startServer(options);
  const call = (id: string | null, what: ContractRequest): Promise<Received> => {
    const { method, path, body } = wireRequest(chats, id, what);
    const prefix = what.operation === 'old models' ? '/api/experimental' : '/api/v2';
    return api(method, `${prefix}/chats${path}`, body);
  };
  return { chats, call };
}

const AGENT: Readonly<Record<AgentOperation, (chats: Chats, id: string) => void>> = {
  'turn ends': (chats, id) => chats.agent(id).finish(),
  'turn fails': (chats, id) => chats.agent(id).fail({ message: 'The provider is overloaded.' }),
  'worker stops': (chats, id) => chats.agent(id).stop(),
  'tool calls time out': (chats, id) => chats.agent(id).timeOutClientTools(),
};
const isOfAgent = (operation: string): operation is AgentOperation => operation in AGENT;

const stateOf = (chats: Chats, id: string) => ({
  status: chats.chat(id).status,
  queue: chats.queue(id).map(({ text }) => text),
  archived: chats.chat(id).archived,
});

const shown = ({ status, queue, archived = false }: ChatState) => ({ status, queue, archived });

function expectAnswer(received: Received, answer: ContractAnswer): void {
  const { status, body, headers } = received;
  expect({ status, message: body?.message }).toMatchObject({
    status: answer.status,
    ...(answer.message !== undefined && { message: answer.message }),
  });
  if (answer.detail !== undefined) expect(body.detail).toBe(answer.detail);
  if (answer.validations !== undefined)
    expect(body.validations.map(({ field }: { field: string }) => field)).toEqual(answer.validations);
  for (const [name, value] of Object.entries(answer.headers ?? {})) expect(headers.get(name)).toBe(value);
  if (Array.isArray(answer.body)) expect(body).toMatchObject(answer.body);
  else if (answer.body !== undefined) expect(body).toMatchObject(answer.body as object);
  for (const field of answer.absent ?? []) expect(JSON.stringify(body)).not.toContain(`"${field}"`);
}

describe('the state machine', () => {
  it.each(MACHINE)('$cell', async (row) => {
    const { chats, call } = await start(row.era === undefined ? {} : { era: row.era });
    const { from, operation } = row;
    const id = arrangeChat(chats, { ...from, queue: from.queue.length });
    const before = chats.messages(id).at(-1)?.id ?? 0;
    if (isOfAgent(operation)) AGENT[operation](chats, id);
    else {
      const received = await call(id, {
        operation: operation as ContractOperation,
        ...(row.which !== undefined && { which: row.which }),
      });
      expect({ status: received.status, message: received.body?.message }).toMatchObject({
        status: row.status,
        ...(row.message !== undefined && { message: row.message }),
      });
      if (row.queued !== undefined) expect(received.body.queued).toBe(row.queued);
    }
    expect(stateOf(chats, id)).toEqual(shown(row.to));
    const ran = chats.messages(id).filter((message) => message.id > before && message.role === 'user');
    expect(ran.map(({ text }) => text)).toEqual(row.ran);
  });
});

/** Everything that an operation can change. */
const snapshot = (chats: Chats): string =>
  JSON.stringify(
    chats.ids.map((id) => [chats.chat(id), chats.queue(id), chats.messages(id), chats.row(id).model]),
  );

describe('refused requests', () => {
  it.each(REFUSALS)('$id', async (row) => {
    const { chats, call } = await start(row.options);
    const id = row.chat === undefined ? null : arrangeChat(chats, row.chat);
    const before = snapshot(chats);
    expectAnswer(await call(id, row.request), row.answer);
    expect(snapshot(chats)).toBe(before);
  });
});

describe('faults', () => {
  it.each(FAULTS)('$id', async (row) => {
    const { chats, call } = await start(row.options);
    const id = row.chat === undefined ? null : arrangeChat(chats, row.chat);
    const before = snapshot(chats);
    if (row.fault !== undefined) chats.faults.plan(operationName(row.request.operation), row.fault);
    const received = call(id, row.request);
    if (row.answer === 'connection lost') await expect(received).rejects.toThrow('fetch failed');
    else expectAnswer(await received, row.answer);
    if (row.effect !== undefined) expect(snapshot(chats) !== before).toBe(row.effect);
  });
});

it('the contract has every cell of every state once', () => {
  const cells = MACHINE.filter(({ era }) => era === undefined);
  for (const status of ['waiting', 'error', 'running', 'interrupting', 'requires_action'])
    for (const operation of [
      'send',
      'send and interrupt',
      'promote',
      'delete queued',
      'edit message',
      'interrupt',
      'archive',
    ])
      for (const queued of status === 'waiting' ? [0] : [0, 1])
        expect(
          cells.filter(
            ({ from, which, ...row }) =>
              from.status === status &&
              from.archived !== true &&
              from.queue.length === queued &&
              row.operation === operation &&
              which !== 'unknown',
          ),
          `${status} ${queued} ${operation}`,
        ).toHaveLength(1);
  const names = [...MACHINE.map(({ cell }) => cell), ...[...REFUSALS, ...FAULTS].map(({ id }) => id)];
  expect(names).toHaveLength(new Set(names).size);
});
