import { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Question } from '../../domain/question.ts';
import { mayAskUser, questionsInState } from '../../domain/question-of-chat.ts';
import { wireChat } from '../../wire/chat.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { MessageFolder } from './fold-messages.ts';
import { LookQueue } from './look-queue.ts';
import { type ChatTask, withChatFacts } from './to-chat-task.ts';

/** Looks that run at the same time. */
const MAX_LOOKS = 4;
/** Enough to contain the last message of the agent: the rows of its tools follow it. */
const NEWEST_MESSAGES = 20;
/** Enough for the turn that waits for a permission: it is one message, which can be long. */
const OF_ONE_TURN = 3;
/** A turn without a message for this long may wait for capacity, ms. */
const SILENT_MS = 10_000;
/** The interval of looks at a chat that waits for capacity, and after a look that failed; ms. */
const AGAIN_MS = 30_000;
/** Looks for capacity in one list. A chat that runs a long command looks the same, and there may be many. */
const MAX_CAPACITY_LOOKS = 8;
/** A list waits this long for its looks. Slower ones go on, and the next list has their results; ms. */
const MAX_WAIT_MS = 2_000;
/** Chats about which something is remembered. */
const MAX_REMEMBERED = 2_000;

interface Found<Value> {
  /** The state of the chat at the look; another one calls for another look. */
  readonly updatedAt: number;
  readonly status: string;
  readonly value: Value;
  /** When, Unix ms. */
  readonly at: number;
}

const NO_QUESTIONS: readonly Question[] = [];

/** Finds out what no list of chats has: the questions of a chat, and whether it waits for capacity. */
export interface ChatLooks {
  /**
   * Looks at the chats of a list of which this is not known. Resolves when all is known, or after two seconds. It
   * polls nothing: the next list calls it again. Never rejects.
   */
  update(chats: readonly ChatTask[], signal: AbortSignal): Promise<void>;
  /** The chat with what is known of it; the same object when that is nothing. */
  complete(chat: ChatTask): ChatTask;
  /** The answer about a single chat, which says whether it waits for capacity, with a look for a question if needed. */
  completeSingle(chat: ChatTask, signal: AbortSignal): Promise<ChatTask>;
}

export function createChatLooks(api: ChatsApi, clock: Pick<Clock, 'now' | 'after'>): ChatLooks {
  const questions = new Map<string, Found<readonly Question[]>>();
  const capacity = new Map<string, Found<boolean>>();
  const failedAt = new Map<string, number>();
  /** The last result for a listed chat, so that an unchanged one stays the same object. */
  const completed = new WeakMap<ChatTask, ChatTask>();
  const queue = new LookQueue(MAX_LOOKS);
  /** The server limits requests until then, Unix ms. */
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const remember = <Value>(
    known: Map<string, Found<Value>>,
    { id, updatedAt, facts }: ChatTask,
    value: Value,
  ): void => {
    known.delete(id);
    known.set(id, { updatedAt, status: facts.status, value, at: clock.now() });
    for (const oldest of known.keys()) {
      if (known.size <= MAX_REMEMBERED) break;
      known.delete(oldest);
    }
  };
  const isCurrent = <Value>(
    found: Found<Value> | undefined,
    { updatedAt, facts }: ChatTask,
  ): found is Found<Value> =>
    found !== undefined && found.updatedAt === updatedAt && found.status === facts.status;

  const lookForQuestion = async (chat: ChatTask, signal: AbortSignal): Promise<void> => {
    const count = chat.facts.status === 'requires_action' ? OF_ONE_TURN : NEWEST_MESSAGES;
    const { messages } = await api.newestMessages(chat, count, signal);
    const shown = new MessageFolder().fold(messages.toReversed());
    remember(questions, chat, questionsInState({ ...chat.facts, questions: NO_QUESTIONS }, shown));
  };
  const lookForCapacity = async (chat: ChatTask, signal: AbortSignal): Promise<void> => {
    const wire = await api.request(wireChat, { method: 'GET', path: chatPath(chat) }, signal);
    // Of a chat that went on meanwhile the answer says nothing about the listed state.
    remember(capacity, chat, wire.queued_for_capacity === true && wire.status === chat.facts.status);
  };

  const mayAsk = ({ facts }: ChatTask): boolean => mayAskUser(facts);
  const needsQuestionLook = (chat: ChatTask): boolean =>
    mayAsk(chat) && !isCurrent(questions.get(chat.id), chat);
  /** Once it has capacity, a turn keeps it. */
  const needsCapacityLook = (chat: ChatTask): boolean => {
    // taskdeck's own server says it in its lists.
    if (chat.facts.extension !== undefined) return false;
    if (chat.facts.status !== 'running' || clock.now() - chat.updatedAt < SILENT_MS) return false;
    const found = capacity.get(chat.id);
    return !isCurrent(found, chat) || (found.value && clock.now() - found.at >= AGAIN_MS);
  };

  function add(
    kind: string,
    chat: ChatTask,
    look: (chat: ChatTask, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): void {
    const key = `${kind} ${chat.id}`;
    if (clock.now() - (failedAt.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    failedAt.delete(key);
    queue.add({
      key,
      run: async () => {
        if (signal.aborted) return;
        try {
          await look(chat, signal);
        } catch (error) {
          // Another list looks again, unless the server needs rest.
          if (signal.aborted) return;
          failedAt.set(key, clock.now());
          if (!(error instanceof BackendError) || error.kind !== 'rate-limited') return;
          pausedUntil = clock.now() + (error.retryAfterMs ?? AGAIN_MS);
          queue.clear();
        }
      },
    });
  }

  function complete(chat: ChatTask): ChatTask {
    const asked = (mayAsk(chat) ? questions.get(chat.id)?.value : undefined) ?? NO_QUESTIONS;
    const found = capacity.get(chat.id);
    const queuedForCapacity = chat.facts.queuedForCapacity || (isCurrent(found, chat) && found.value);
    const isSame = ({ facts }: ChatTask): boolean =>
      isSameList(facts.questions, asked) && facts.queuedForCapacity === queuedForCapacity;
    if (isSame(chat)) return chat;
    const last = completed.get(chat);
    if (last !== undefined && isSame(last)) return last;
    const task = withChatFacts(chat, { questions: asked, queuedForCapacity });
    completed.set(chat, task);
    return task;
  }

  return {
    complete,

    async update(chats, signal) {
      // The turn after a question answers it.
      for (const chat of chats) if (!mayAsk(chat)) questions.delete(chat.id);
      if (clock.now() < pausedUntil) return;
      for (const chat of chats.filter(needsQuestionLook)) add('question', chat, lookForQuestion, signal);
      for (const chat of chats.filter(needsCapacityLook).slice(0, MAX_CAPACITY_LOOKS))
        add('capacity', chat, lookForCapacity, signal);
      let stopWaiting = (): void => {};
      const timeout = new Promise<void>((resolve) => {
        const cancel = clock.after(MAX_WAIT_MS, resolve);
        const end = (): void => resolve();
        signal.addEventListener('abort', end, { once: true });
        stopWaiting = () => {
          cancel();
          signal.removeEventListener('abort', end);
        };
      });
      await Promise.race([queue.idle(), timeout]);
      stopWaiting();
    },

    async completeSingle(chat, signal) {
      if (chat.facts.status === 'running') remember(capacity, chat, chat.facts.queuedForCapacity);
      // The row of the list must not lose its question, nor show another one than this.
      if (needsQuestionLook(chat)) await lookForQuestion(chat, signal).catch(ignoreBackendError);
      return complete(chat);
    },
  };
}

/** The lists of one look are the same object; all empty ones are equal. */
const isSameList = (one: readonly Question[], other: readonly Question[]): boolean =>
  one === other || (one.length === 0 && other.length === 0);

function ignoreBackendError(error: unknown): void {
  if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
}
