import { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { FollowEvent, Source } from '../../domain/ports/source.ts';
import { questionsInState } from '../../domain/question-of-chat.ts';
import { type ChatFacts, chatFacts, type Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import type { WireChatMessage, WireQueuedMessage } from '../../wire/chat.ts';
import { chatEventsIn, type WireChatEvent } from '../../wire/chat-event.ts';
import type { ChatTranscripts } from './chat-transcripts.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { frameError } from './chats-watch.ts';
import { coalesced } from './coalesced.ts';
import type { Conversations } from './conversations.ts';
import { type LiveState, liveTurnOf, MISSING_PART, NO_LIVE_TURN, reduceLive } from './live-turn.ts';
import { type ChatTask, toLastError, withChatFacts } from './to-chat-task.ts';

/** A history that no other event ends is complete after this silence, ms. */
const HISTORY_MS = 1_000;

/** Between two events, ms: a screen shows no more than 30 a second. */
const INTERVAL_MS = 34;

/**
 * The stream of one chat. Its messages and those of polls go into the same conversations. It loads a chat that is not
 * held first, and resumes behind the last message otherwise.
 */
export function createChatsFollow(
  api: ChatsApi,
  transcript: ChatTranscripts['transcript'],
  conversations: Conversations,
  clock: Pick<Clock, 'now' | 'after'>,
): NonNullable<Source['follow']> {
  return async (task, onEvent, signal) => {
    const release = conversations.follow(task.id);
    try {
      if (!conversations.has(task.id)) await transcript(task, signal);
      await followStream(task, onEvent, signal);
    } finally {
      release();
    }
  };

  async function followStream(
    task: Task,
    onEvent: (event: FollowEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const stream = new ChatStream(task, conversations);
    let revision = 0;
    let shown: Transcript | null = null;
    let shownTask: Task = task;
    /** Whether anything changed. */
    const emit = (): boolean => {
      if (signal.aborted) return false;
      const current = stream.transcript();
      const hasTranscript = current !== null && current !== shown;
      if (hasTranscript) {
        shown = current;
        revision += 1;
        onEvent({ type: 'transcript', transcript: current, revision });
      }
      const reported = stream.task();
      if (signal.aborted || reported === shownTask) return hasTranscript;
      shownTask = reported;
      onEvent({ type: 'task', task: reported });
      return true;
    };
    const events = coalesced(emit, INTERVAL_MS, clock.after);
    const after = conversations.newestRow(task.id);
    let stopWaiting = (): void => {};
    const waitForHistory = (): void => {
      stopWaiting();
      if (!stream.isInHistory) return;
      stopWaiting = clock.after(HISTORY_MS, () => {
        stream.endHistory();
        events.change();
      });
    };
    try {
      await api.openSocket(
        {
          path: chatPath(task, 'stream'),
          marksRead: true,
          ...(after !== null && { query: { after_id: String(after) } }),
        },
        {
          onOpen: () => void emit(),
          onMessage(frame) {
            stream.receive(frame, { now: clock.now(), skewMs: api.client.skewMs });
            waitForHistory();
            events.change();
          },
        },
        signal,
      );
    } finally {
      stopWaiting();
      events.finish();
    }
  }
}

interface Times {
  readonly now: number;
  readonly skewMs: number;
}

/** One connection of the stream of a chat, and what it reported. */
class ChatStream {
  readonly #given: Task;
  readonly #conversations: Conversations;
  #live: LiveState = NO_LIVE_TURN;
  /** The history after a reset, which is shown when it is complete; null for none. */
  #history: WireChatMessage[] | null = null;
  #shown: {
    readonly messages: Transcript;
    readonly live: Transcript['live'];
    readonly growingId: number;
    readonly whole: Transcript;
  } | null = null;
  #task: Task;

  constructor(task: Task, conversations: Conversations) {
    this.#given = task;
    this.#task = task;
    this.#conversations = conversations;
  }

  /** The conversation with the turn under way; the same object when nothing changed. */
  transcript(): Transcript | null {
    const messages = this.#conversations.transcript(this.#given.id);
    if (messages === null) return null;
    const live = liveTurnOf(this.#live) ?? undefined;
    const growingId = this.#live.messageId;
    if (
      this.#shown?.messages !== messages ||
      this.#shown.live !== live ||
      this.#shown.growingId !== growingId
    ) {
      const whole = live === undefined ? messages : { ...withoutMessage(messages, growingId), live };
      this.#shown = { messages, live, growingId, whole };
    }
    return this.#shown.whole;
  }

  /** The task with what the stream reported; the same object when nothing changed. */
  task(): Task {
    return this.#task;
  }

  /** @throws BackendError when the stream must be opened again */
  receive(frame: string, times: Times): void {
    let events: readonly WireChatEvent[];
    try {
      events = chatEventsIn(frame);
    } catch (error) {
      throw frameError(error);
    }
    const rows: WireChatMessage[] = [];
    let queue: readonly WireQueuedMessage[] | null = null;
    for (const event of events) {
      this.#reduce(event, rows, times);
      if (event.type === 'history_reset') {
        rows.length = 0;
        this.#history = [];
      } else if (event.type === 'message') (this.#history ?? rows).push(event.message);
      else {
        this.endHistory();
        if (event.type === 'queue_update') queue = event.queued_messages;
      }
    }
    if (rows.length > 0 || queue !== null)
      this.#conversations.change(this.#given.id, { rows, isWhole: false, queue });
    this.#updateTask(events);
  }

  #reduce(event: WireChatEvent, rows: readonly WireChatMessage[], times: Times): void {
    const isKnown =
      event.type === 'message' &&
      (this.#history !== null ||
        this.#conversations.hasRow(this.#given.id, event.message.id) ||
        rows.some(({ id }) => id === event.message.id));
    const live = reduceLive(this.#live, { ...event, isKnown }, times);
    if (live === MISSING_PART)
      throw new BackendError({
        kind: 'bad-answer',
        message: 'A part of the turn is missing in the stream.',
        tookEffect: 'no',
      });
    this.#live = live;
  }

  /** Whether messages after a reset are held back, because more of them may follow. */
  get isInHistory(): boolean {
    return this.#history !== null;
  }

  /** Shows the messages after a reset as the whole conversation. The first event that is no message does the same. */
  endHistory(): void {
    if (this.#history === null) return;
    this.#conversations.change(this.#given.id, { rows: this.#history, isWhole: true, queue: null });
    this.#history = null;
  }

  #updateTask(events: readonly WireChatEvent[]): void {
    const facts = chatFacts(this.#task);
    if (facts === null) return;
    const reported = events.reduce<ChatFacts>(withEvent, facts);
    const messages = this.#conversations.transcript(this.#given.id)?.messages ?? [];
    const asked = questionsInState(reported, messages, liveTurnOf(this.#live) ?? undefined);
    const isSameQuestions =
      asked.length === facts.questions.length &&
      asked.every(({ id }, index) => id === facts.questions[index]?.id);
    if (reported === facts && isSameQuestions) return;
    const questions = isSameQuestions ? facts.questions : asked;
    this.#task = withChatFacts(this.#task as ChatTask, { ...reported, questions });
  }
}

/** The transcript without a message that grows: its parts are those of the live turn. */
function withoutMessage(transcript: Transcript, id: number): Transcript {
  const { messages } = transcript;
  return messages.at(-1)?.id === id ? { ...transcript, messages: messages.slice(0, -1) } : transcript;
}

/** The facts after an event; the same object when they did not change. */
function withEvent(facts: ChatFacts, event: WireChatEvent): ChatFacts {
  switch (event.type) {
    case 'status':
      if (event.status === facts.status) return facts;
      return {
        ...facts,
        status: event.status,
        lastError: event.status === 'error' ? facts.lastError : null,
        queuedForCapacity: false,
      };
    case 'error': {
      const lastError = toLastError(event.error);
      const isSame =
        facts.status === 'error' &&
        lastError?.kind === facts.lastError?.kind &&
        lastError?.message === facts.lastError?.message;
      return isSame ? facts : { ...facts, status: 'error', lastError };
    }
    case 'queue_update': {
      const queueLength = event.queued_messages.length;
      return queueLength === facts.queueLength ? facts : { ...facts, queueLength };
    }
    default:
      return facts;
  }
}
