import { PERMISSION_TOOL } from '../../wire/local-extension.ts';
import { ErrorResponse } from '../http/error-response.ts';
import { type ChatContext, requireChat } from './chat-context.ts';
import type { MessageSettings } from './chat-requests.ts';
import type { ChatMessageRow, ChatQueueRow, ChatRow, WirePart } from './chat-row-types.ts';
import type { Growing } from './growing-messages.ts';
import { cancelPermissions, endPermissions } from './permission-answers.ts';
import { messageUsage } from './stored-usage.ts';
import { add, cancelOpenCalls } from './turn-content.ts';
import { AGENT_ENDED, type TurnOutcome } from './turn-end.ts';
import { NEW_CHAT, summaryOf, titleOf } from './turn-summary.ts';

/** Messages that the queue of a chat can have. */
const QUEUE_LIMIT = 20;

/**
 * The transitions of a chat's status (contract of Chats, section 2.2). Call each in a transaction: effects on the agent
 * follow its COMMIT.
 */
export class ChatMachine {
  readonly #context: ChatContext;

  constructor(context: ChatContext) {
    this.#context = context;
  }

  /** Adds a message of the user, and starts its turn. */
  run(
    chat: ChatRow,
    content: readonly WirePart[],
    settings: MessageSettings,
    queuedMessageId?: number,
  ): ChatMessageRow {
    const { chats, growing, starter } = this.#context;
    const now = this.#context.clock.wall();
    const isFirst = chat.title === NEW_CHAT && chat.has_own_title === 0;
    chats.updateChat(chat.id, {
      ...settingsColumns(settings),
      status: 'running',
      last_error: null,
      updated_at: now,
      ...(isFirst && { title: titleOf(content) }),
    });
    const id = chats.addMessage(
      chat.id,
      {
        role: 'user',
        content,
        model: settings.model ?? chat.model,
        ...(queuedMessageId !== undefined && { queuedMessageId }),
      },
      now,
    );
    chats.repository.afterCommit(() => {
      growing.begin(chat.id);
      starter.start(chat.id);
    });
    return requireRow(chats.message(chat.id, id));
  }

  /** Makes the head of the queue a message, and runs it. */
  runHead(chat: ChatRow): ChatMessageRow {
    const { chats } = this.#context;
    const [head] = chats.queue(chat.id);
    if (head === undefined) throw new ErrorResponse(409, 'Chat has no queued messages to promote.');
    chats.deleteQueued(chat.id, head.id);
    const settings: MessageSettings = {
      ...(head.model !== '' && { model: head.model }),
      ...(head.effort !== '' && { effort: head.effort }),
      ...(head.plan_mode !== null && { planMode: head.plan_mode === 1 }),
    };
    return this.run(chat, JSON.parse(head.content), settings, head.id);
  }

  /** Adds a message to the tail of the queue. Throws a 429 if it is full. */
  enqueue(chat: ChatRow, content: readonly WirePart[], settings: MessageSettings): ChatQueueRow {
    const { chats, growing, clock } = this.#context;
    const { length } = chats.queue(chat.id);
    if (length >= QUEUE_LIMIT) {
      throw new ErrorResponse(
        429,
        'Message queue is full.',
        `Maximum ${QUEUE_LIMIT} messages can be queued.`,
      );
    }
    const id = chats.enqueue({
      chat_id: chat.id,
      content,
      model: settings.model ?? '',
      effort: settings.effort ?? '',
      plan_mode: settings.planMode === undefined ? null : Number(settings.planMode),
      created_at: clock.wall(),
    });
    chats.updateChat(chat.id, { updated_at: clock.wall() });
    chats.repository.afterCommit(() => {
      const current = growing.get(chat.id);
      // The message runs after work outside of a turn, also where an error held the queue.
      if (current !== null && current.statusAfter !== null) current.statusAfter = 'waiting';
    });
    return requireRow(chats.queue(chat.id).find((row) => row.id === id) ?? null);
  }

  /** Cancels all open permission requests, and ends the turn. Work outside of a turn ends at once. */
  interrupt(chat: ChatRow): void {
    const { chats, growing, starter, clock } = this.#context;
    if (chat.status === 'interrupting') return;
    cancelPermissions(this.#context, chat.id, 'Interrupted.');
    const current = growing.get(chat.id);
    chats.repository.afterCommit(() => starter.interrupt(chat.id));
    if (current !== null && current.statusAfter === null) {
      chats.updateChat(chat.id, { status: 'interrupting', updated_at: clock.wall() });
      return;
    }
    if (current !== null) this.#finishMessage(chat, current, null);
    this.continueQueue(chat);
  }

  /** Stores the end of a turn. After `waiting` the head of the queue runs. */
  finishTurn(chat: ChatRow, current: Growing, outcome: TurnOutcome): void {
    const { chats, clock } = this.#context;
    this.#finishMessage(chat, current, outcome.notice);
    chats.updateChat(chat.id, {
      status: outcome.status,
      last_error: outcome.error === null ? null : JSON.stringify(outcome.error),
      last_turn_summary: summaryOf(current.content.parts),
      updated_at: clock.wall(),
    });
    if (outcome.status === 'waiting') this.continueQueue(chat);
  }

  /** Stores the end of work outside of a turn. After an error the queue stands, unless it got a message meanwhile. */
  endBackgroundWork(chat: ChatRow, current: Growing): void {
    const { chats, clock } = this.#context;
    this.#finishMessage(chat, current, null);
    if (current.statusAfter !== 'error') this.continueQueue(chat);
    else chats.updateChat(chat.id, { status: 'error', updated_at: clock.wall() });
  }

  /** For a chat without a turn: runs the head of the queue, or waits for the end of its edit. */
  continueQueue({ id }: ChatRow): void {
    const { chats, clock } = this.#context;
    const chat = requireChat(chats, id);
    const [head] = chats.queue(id);
    if (head !== undefined && head.editing_since === null) {
      this.runHead(chat);
      return;
    }
    const status = head === undefined ? 'waiting' : 'paused';
    if (chat.status !== status) chats.updateChat(id, { status, last_error: null, updated_at: clock.wall() });
  }

  #finishMessage(chat: ChatRow, current: Growing, notice: string | null): void {
    const { chats, growing, clock } = this.#context;
    growing.storeFacts(chat.id);
    endPermissions(this.#context, chat.id, AGENT_ENDED);
    const { content } = cancelOpenCalls(
      current.content,
      ({ tool_name: name }) => (name === PERMISSION_TOOL ? AGENT_ENDED : 'The turn ended before this tool.'),
      clock.wall(),
    );
    const last = notice === null ? content : add(content, { type: 'hook-notice', text: notice }).content;
    growing.finish(current, last, messageUsage(chats.chat(chat.id)?.usage ?? null));
  }
}

const settingsColumns = ({ model, effort, planMode }: MessageSettings) => ({
  ...(model !== undefined && { model }),
  ...(effort !== undefined && { effort }),
  ...(planMode !== undefined && { plan_mode: Number(planMode) }),
});

const requireRow = <Row>(row: Row | null): Row => {
  if (row === null) throw new Error('A new row is missing in the database.');
  return row;
};
