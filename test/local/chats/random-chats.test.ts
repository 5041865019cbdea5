import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endCutOffTurns } from '../../../src/local/chats/chat-recovery.ts';
import { partsOf } from '../../../src/local/chats/chat-row-types.ts';
import { ErrorResponse } from '../../../src/local/http/error-response.ts';
import { UnusableDirectory } from '../../../src/platform/private-directory.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type ChatsFixture, chatsFixture, textPart } from './chats-fixture.ts';

let fixture: ChatsFixture;
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  fixture = chatsFixture();
});
afterEach(() => {
  vi.restoreAllMocks();
  fixture.dispose();
});

const OPERATIONS = 200;

/** What the test knows about one chat, independent of the server. */
interface Expected {
  /** Texts that must be in the conversation or the queue exactly once. */
  readonly sent: Set<string>;
  /** Words of the agent that must be in the answers exactly once. */
  readonly said: Set<string>;
  readonly answers: Map<string, unknown>;
}

test.each([1, 2, 3, 4])(
  'random operations and reports keep every message and one turn, seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
    let current = fixture;
    let count = 0;
    const expected: Expected = { sent: new Set(), said: new Set(), answers: new Map() };
    const first = 'prompt 0';
    const { id } = current.create({ content: [textPart(first)] });
    expected.sent.add(first);

    const queue = () => current.chats.queue(id);
    /** The agent's words in the messages from an id on, oldest first. */
    const wordsFrom = (first: number): readonly string[] => {
      const rows = current.chats.messages(id).filter((row) => row.role === 'assistant' && row.id >= first);
      const parts = [
        ...rows.filter(({ growing }) => growing === 0).flatMap(partsOf),
        ...(current.local.growing(id)?.parts ?? []),
      ];
      return parts.flatMap(
        (part) => (part.type === 'text' ? String(part.text).match(/word\d+/g) : null) ?? [],
      );
    };
    const textOf = (row: { readonly content: string }): string => String(partsOf(row)[0]?.text);
    const send = (busy: 'queue' | 'interrupt'): void => {
      const text = `prompt ${++count}`;
      current.send(id, text, busy);
      expected.sent.add(text);
    };
    const operations: Readonly<Record<string, () => unknown>> = {
      send: () => send('queue'),
      'send now': () => send('interrupt'),
      interrupt: () => current.local.interrupt(id),
      promote: () => current.local.promote(id, pick(queue())?.id ?? 0),
      'delete queued': () => {
        const row = pick(queue());
        current.local.deleteQueued(id, row?.id ?? 0);
        if (row !== undefined) expected.sent.delete(textOf(row));
      },
      'edit queued': () =>
        current.local.editQueued(id, pick(queue())?.id ?? 0, { editing: pick([true, false]) }),
      'edit message': () => {
        const rows = current.chats.messages(id).filter(({ role }) => role === 'user');
        const row = pick(rows.slice(-2));
        const later = rows.filter((each) => each.id >= (row?.id ?? 0));
        const queued = queue().map(textOf);
        const words = wordsFrom(row?.id ?? 0);
        const text = `prompt ${++count}`;
        current.local.editMessage(id, row?.id ?? 0, { content: [textPart(text)] });
        for (const gone of [...later.map(textOf), ...queued]) expected.sent.delete(gone);
        for (const gone of words) expected.said.delete(gone);
        expected.sent.add(text);
      },
      archive: () => current.local.archive(id, pick([true, false])),
      answer: () => {
        const [row] = current.chats.openPermissions(id);
        const outcome = pick([{ outcome: 'cancelled' }, { outcome: 'selected', option_id: 'yes' }] as const);
        current.local.toolResults(id, [{ id: row?.id ?? 'none', outcome }]);
        expected.answers.set(row?.id ?? '', outcome);
      },
      say: () => {
        if (current.local.chat(id).archived === 1) return;
        current.runtime.say(id, `word${++count} `);
        expected.said.add(`word${count}`);
      },
      ask: () => current.runtime.isRunning(id) && current.runtime.ask(id, `ask ${++count}`),
      withdraw: () =>
        current.runtime.listener.withdrawn(
          id,
          current.chats.openPermissions(id)[0]?.id ?? 'none',
          'withdrawn',
        ),
      tool: () =>
        current.runtime.isRunning(id) &&
        current.runtime.tool(id, {
          id: `tool ${random(5)}`,
          status: pick(['pending', 'in_progress', 'completed']),
        }),
      end: () =>
        current.runtime.isRunning(id) &&
        current.runtime.end(
          id,
          pick([
            { kind: 'answered', stopReason: 'end_turn' },
            { kind: 'answered', stopReason: 'refusal' },
            { kind: 'failed', error: { message: 'It broke.', kind: 'generic', retryable: true } },
            { kind: 'interrupted' },
          ]),
        ),
      wait: () => current.clock.advance(pick([1, 60, 11_000])),
      'full disk': async () => {
        const others = Object.keys(operations).filter((name) => name !== 'full disk' && name !== 'crash');
        const failing = vi.spyOn(current.chats.repository, 'inTransaction').mockImplementation(() => {
          throw new UnusableDirectory('No space left on device.');
        });
        try {
          for (let left = random(4); left >= 0; left--) await attempt(pick(others));
        } finally {
          failing.mockRestore();
        }
        await current.clock.advance(1_000);
      },
      crash: async () => {
        if (random(4) > 0) return;
        await current.clock.advance(60);
        current = current.restart();
        endCutOffTurns(current.chats, current.clock.wall());
      },
    };

    const attempt = async (name: string): Promise<void> => {
      try {
        await operations[name]?.();
      } catch (error) {
        // Everything else is a fault.
        const isRefused = error instanceof ErrorResponse || error instanceof UnusableDirectory;
        if (!isRefused) throw new Error(name, { cause: error });
      }
    };

    const check = (): void => {
      const chat = current.local.chat(id);
      const isBusy = ['running', 'interrupting', 'requires_action'].includes(chat.status);
      const open = current.chats.openPermissions(id);
      expect(current.local.isIdle).toBe(!isBusy);
      if (current.runtime.isRunning(id)) expect(isBusy).toBe(true);
      expect(chat.status === 'requires_action').toBe(open.length > 0);
      if (chat.status === 'waiting') expect(queue()).toEqual([]);
      if (chat.status === 'paused') expect(queue()[0]?.editing_since).not.toBeNull();
      // Work outside of a turn does not end an error.
      if (!isBusy) expect(chat.last_error !== null).toBe(chat.status === 'error');
      const stored = [...current.chats.messages(id).filter(({ role }) => role === 'user'), ...queue()].map(
        textOf,
      );
      expect(stored.toSorted()).toEqual([...expected.sent].toSorted());
      expect(wordsFrom(0)).toEqual([...expected.said]);
      // No call of a finished message is open, and each call has at most one result, behind it.
      for (const message of current.chats.messages(id).filter(({ growing }) => growing === 0)) {
        const parts = partsOf(message);
        const calls = parts.filter(({ type }) => type === 'tool-call');
        expect(calls.filter(({ status }) => status === 'pending' || status === 'in_progress')).toEqual([]);
        for (const call of calls) {
          const results = parts.filter(
            (part) => part.type === 'tool-result' && part.tool_call_id === call.tool_call_id,
          );
          expect(results).toHaveLength(1);
          expect(parts[parts.indexOf(call) + 1]).toBe(results[0]);
          const answer = expected.answers.get(String(call.tool_call_id));
          if (answer !== undefined) expect(results[0]?.result).toEqual(answer);
        }
      }
    };

    for (let index = 0; index < OPERATIONS; index++) {
      const name = pick(Object.keys(operations));
      await attempt(name);
      await current.clock.settle();
      try {
        check();
      } catch (error) {
        throw new Error(`after ${index}: ${name}`, { cause: error });
      }
    }
  },
);
