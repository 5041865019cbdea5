import { BackendError } from '../../domain/errors.ts';
import { answeredError, assertOpen } from '../../domain/open-question.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Source } from '../../domain/ports/source.ts';
import { chatQuestions } from '../../domain/question-of-chat.ts';
import type { Resolution, SentMessage } from '../../domain/receipt.ts';
import type { TaskRef } from '../../domain/task.ts';
import { type WireChatMessage, wireChatMessages } from '../../wire/chat.ts';
import { contentWith, proposedTitle, type SendRequest, sendAnswer } from '../../wire/chat-request.ts';
import { createBuilds } from '../builds.ts';
import { createChatsActions } from './chats-actions.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { createChatsCreation } from './chats-create.ts';
import {
  chatEvidence,
  chatsDelivery,
  resolveIn,
  type ShownConversation,
  shownConversation,
} from './chats-delivery.ts';
import { createChatsEdit, textOfWire } from './chats-edit.ts';
import { chatsError } from './chats-errors.ts';
import { createChatsFiles, createUpload } from './chats-files.ts';
import { createChatsPermissions } from './chats-permissions.ts';
import { createChatsQueue } from './chats-queue.ts';
import { createWait } from './wait.ts';

/** Everything that changes chats, except their settings. */
export type ChatsWrites = Pick<
  Source,
  'create' | 'prepare' | 'send' | 'resolve' | 'resolveFrom' | 'updateInput' | 'run'
> &
  Required<
    Pick<
      Source,
      | 'findCreated'
      | 'markRead'
      | 'cancelQueued'
      | 'sendQueuedNow'
      | 'editMessage'
      | 'rename'
      | 'proposeTitle'
      | 'uploadFile'
      | 'answerPermission'
    >
  >;

/** Messages of one page, and pages that a look for a sent message reads at most. */
const PAGE = 200;
const MAX_PAGES = 20;

/** `get` loads a chat with all its facts. `directory`: as of `createChatsSource`. */
export function createChatsWrites(
  api: ChatsApi,
  get: Source['get'],
  clock: Pick<Clock, 'after'>,
  directory: string | undefined,
): ChatsWrites {
  const wait = createWait(clock);
  const builds = createBuilds(api.client);
  const queue = createChatsQueue(api, wait);
  const upload = createUpload(api);
  const { run, markRead, update } = createChatsActions({ api, get, builds, queue, wait });

  /** The conversation at least back to the message with the id `from`, and its highest id. */
  async function conversation(
    task: TaskRef,
    from: number,
    signal: AbortSignal,
  ): Promise<{ readonly shown: ShownConversation; readonly lastId: number }> {
    const newest = await api.newestMessages(task, PAGE, signal);
    const messages: WireChatMessage[] = [...newest.messages];
    let hasOlder = newest.has_more;
    for (let pages = 1; hasOlder && pages < MAX_PAGES; pages++) {
      const oldest = messages.at(-1)?.id ?? 0;
      if (oldest <= from) break;
      const query = { limit: String(PAGE), before_id: String(oldest) };
      const path = chatPath(task, 'messages');
      const page = await api.request(wireChatMessages, { method: 'GET', path, query }, signal);
      messages.push(...page.messages);
      hasOlder = page.has_more && page.messages.length > 0;
    }
    const shown = {
      rows: messages
        .filter(({ role }) => role === 'user')
        .map((row) => ({ id: row.id, text: textOfWire(row), promotedFrom: row.queued_message_id }))
        .reverse(),
      oldestId: hasOlder ? (messages.at(-1)?.id ?? 0) : 0,
      queue: newest.queued_messages.map((row) => ({ id: row.id, text: textOfWire(row) })),
    };
    return { shown, lastId: messages[0]?.id ?? 0 };
  }

  /** Removes a message from the queue. False when the agent gets it all the same. */
  const isUnqueued = (task: TaskRef, queueId: string, signal: AbortSignal): Promise<boolean> =>
    queue.cancelQueued(task, queueId, signal).then(
      () => true,
      () => false,
    );

  return {
    ...chatsDelivery,
    ...createChatsCreation(api, upload, directory),
    ...createChatsFiles(upload),
    ...createChatsEdit(api),
    ...createChatsPermissions(api, wait),
    run,
    markRead,
    cancelQueued: queue.cancelQueued,
    sendQueuedNow: queue.sendQueuedNow,

    async prepare(task, readTranscript, signal, questionId) {
      const { transcript } = await readTranscript(task, signal);
      const { messages } = transcript;
      if (questionId !== undefined) assertOpen(chatQuestions(messages), questionId, messages);
      const shown = shownConversation(transcript);
      if (shown !== null) return chatEvidence(shown, lastIdOf(messages));
      const read = await conversation(task, Number.POSITIVE_INFINITY, signal);
      return chatEvidence(read.shown, read.lastId);
    },

    async send(task, text, signal, { modelId, effort, planMode, questionId, fileIds = [] } = {}) {
      const json: SendRequest = {
        content: contentWith(text, fileIds),
        ...(planMode === undefined ? {} : { plan_mode: planMode ? 'plan' : '' }),
        ...(modelId === undefined ? {} : { model_config_id: modelId }),
        ...(effort === undefined ? {} : { reasoning_effort: effort }),
        ...(await api.client.environmentField(signal)),
      };
      const path = chatPath(task, 'messages');
      try {
        const answer = await api.request(sendAnswer, { method: 'POST', path, json }, signal);
        if (answer.queued_message !== undefined) {
          const queueId = String(answer.queued_message.id);
          // A turn runs: another answer started it after this one was prepared.
          if (questionId !== undefined && (await isUnqueued(task, queueId, signal))) throw answeredError('');
          return { kind: 'queued', queueId };
        }
        return answer.message === undefined
          ? { kind: 'accepted' }
          : { kind: 'accepted', messageId: answer.message.id };
      } catch (error) {
        throw chatsError(error);
      }
    },

    async resolve(task, message, readTranscript, signal) {
      const received = await readTranscript(task, signal);
      const resolution = chatsDelivery.resolveFrom(task, message, received);
      const isPending = message.brokenAt === null && message.receipt === null;
      if (resolution !== 'undecided' || isPending) return settledBy(message, resolution);
      const { shown } = await conversation(task, lastKnown(message), signal);
      return settledBy(message, resolveIn(shown, message, received.requestedAt));
    },

    updateInput: () =>
      Promise.reject(
        new BackendError({
          kind: 'invalid',
          message: 'A chat has no initial prompt that can be changed.',
          tookEffect: 'no',
        }),
      ),

    rename: (task, title, signal) =>
      update(task, { title: title.trim() }, signal).catch((error: unknown) => {
        throw chatsError(error);
      }),

    async proposeTitle(task, signal) {
      const path = chatPath(task, 'title', 'propose');
      try {
        return (await api.request(proposedTitle, { method: 'POST', path }, signal)).title;
      } catch (error) {
        throw chatsError(error);
      }
    },
  };
}

const lastIdOf = (messages: readonly { readonly id: number }[]): number =>
  messages.reduce((last, { id }) => Math.max(last, id), 0);

/** A queued message that is no longer in the queue of a later answer has been run, or was deleted by the user. */
const settledBy = ({ receipt }: SentMessage, resolution: Resolution): Resolution =>
  receipt?.kind === 'queued' && resolution === 'queued' ? 'accepted' : resolution;

function lastKnown({ evidence }: SentMessage): number {
  const { lastMessage } = (evidence ?? {}) as { readonly lastMessage?: unknown };
  return typeof lastMessage === 'number' ? lastMessage : 0;
}
