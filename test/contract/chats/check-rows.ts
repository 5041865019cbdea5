import { expect } from 'vitest';
import { sendRequest } from './arrange.ts';
import type {
  AgentOperation,
  ChatState,
  ContractAnswer,
  ContractOperation,
  FaultRow,
  MachineRow,
  RefusalRow,
} from './contract.ts';
import type { Received } from './request.ts';
import type { ChatsUnderTest, ShownChat } from './under-test.ts';

/* The rows of the contract as checks of a server. */

const OF_AGENT: readonly string[] = ['turn ends', 'turn fails', 'worker stops', 'tool calls time out'];

const isOfAgent = (operation: string): operation is AgentOperation => OF_AGENT.includes(operation);

const stateOf = ({ status, queue, archived }: ShownChat): ChatState => ({
  status,
  queue: queue.map(({ text }) => text),
  archived,
});

const shown = ({ status, queue, archived = false }: ChatState): ChatState => ({ status, queue, archived });

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

/** A cell of the state machine. */
export async function checkMachineRow(server: ChatsUnderTest, row: MachineRow): Promise<void> {
  const { from, operation } = row;
  const id = await server.arrange({ ...from, queue: from.queue.length });
  const before = (await server.chat(id)).messages.at(-1)?.id ?? 0;
  if (isOfAgent(operation)) server.act(id, operation);
  else {
    const received = await sendRequest(server, id, {
      operation: operation as ContractOperation,
      ...(row.which !== undefined && { which: row.which }),
    });
    expect({ status: received.status, message: received.body?.message }).toMatchObject({
      status: row.status,
      ...(row.message !== undefined && { message: row.message }),
    });
    if (row.queued !== undefined) expect(received.body.queued).toBe(row.queued);
  }
  const chat = await server.chat(id);
  expect(stateOf(chat)).toEqual(shown(row.to));
  const ran = chat.messages.filter((message) => message.id > before && message.role === 'user');
  expect(ran.map(({ text }) => text)).toEqual(row.ran);
}

/** A request that the server refuses. */
export async function checkRefusal(server: ChatsUnderTest, row: RefusalRow): Promise<void> {
  const id = row.chat === undefined ? null : await server.arrange(row.chat);
  const before = await server.snapshot();
  expectAnswer(await sendRequest(server, id, row.request), row.answer);
  expect(await server.snapshot()).toBe(before);
}

/** A fault or a surprise. */
export async function checkFault(server: ChatsUnderTest, row: FaultRow): Promise<void> {
  const id = row.chat === undefined ? null : await server.arrange(row.chat);
  const before = await server.snapshot();
  if (row.fault !== undefined) server.plan?.(row.request.operation, row.fault);
  const received = sendRequest(server, id, row.request);
  if (row.answer === 'connection lost') await expect(received).rejects.toThrow('fetch failed');
  else expectAnswer(await received, row.answer);
  if (row.effect !== undefined) expect((await server.snapshot()) !== before).toBe(row.effect);
}
