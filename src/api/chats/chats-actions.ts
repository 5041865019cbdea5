import type { ActionId } from '../../domain/action.ts';
import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import { chatFacts, isTurnRunning, type TaskRef } from '../../domain/task.ts';
import type { TaskPatch } from '../../domain/task-patch.ts';
import { wireChat } from '../../wire/chat.ts';
import { interruptedChat, type UpdateChatRequest } from '../../wire/chat-request.ts';
import type { Builds } from '../builds.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { chatsError, expectStatus, isConflict, isInvalidState, isMaybe } from './chats-errors.ts';
import type { ChatsQueue } from './chats-queue.ts';
import type { Wait } from './wait.ts';

/** Between looks whether an interrupted turn has ended, ms: the last one is repeated. */
const STOP_CHECKS_MS = [200, 500, 1_000, 2_000] as const;
/** A turn that has not ended by then is not waited for, ms. */
const STOP_TIMEOUT_MS = 60_000;

type Run = (task: TaskRef, signal: AbortSignal) => Promise<TaskPatch>;

interface ChatsActions extends Pick<Source, 'run'>, Required<Pick<Source, 'markRead'>> {
  update(task: TaskRef, change: UpdateChatRequest, signal: AbortSignal): Promise<void>;
}

interface ActionsContext {
  readonly api: ChatsApi;
  /** Loads a chat with all its facts. */
  readonly get: Source['get'];
  readonly builds: Builds;
  readonly queue: Pick<ChatsQueue, 'clear' | 'runHead'>;
  readonly wait: Wait;
}

/** Runs the actions of chats. Every answer settles the whole chat. */
export function createChatsActions({ api, get, builds, queue, wait }: ActionsContext): ChatsActions {
  /** Null until the server has shown whether it knows the field `read` of a change. */
  let knowsRead: boolean | null = null;

  async function update(task: TaskRef, json: UpdateChatRequest, signal: AbortSignal): Promise<void> {
    expectStatus(await api.send({ method: 'PATCH', path: chatPath(task), json }, signal), 204);
  }

  /** The chat after an action. Empty when it cannot be read: the action has taken effect all the same. */
  const patchOf = (task: TaskRef, signal: AbortSignal): Promise<TaskPatch> =>
    get(task, signal).then(
      (chat) => ({ task: chat }),
      () => ({}),
    );

  /** Ends the turn. It is no failure when none runs. */
  async function interrupt(task: TaskRef, signal: AbortSignal): Promise<void> {
    try {
      await api.request(interruptedChat, { method: 'POST', path: chatPath(task, 'interrupt') }, signal);
    } catch (error) {
      if (!isConflict(error) || isInvalidState(error)) throw error;
      if (isTurnRunning((await api.get(task, signal)).facts)) throw error;
    }
  }

  /**
   * Ends the turns of a chat and of its sub-agents, with their queues: else the next queued message runs. Resolves when no
   * turn runs.
   */
  async function endTurns(task: TaskRef, signal: AbortSignal): Promise<void> {
    let waitedMs = 0;
    for (let count = 0; ; count++) {
      const root = await api.request(wireChat, { method: 'GET', path: chatPath(task) }, signal);
      const running = [root, ...root.children].filter(isTurnRunning);
      if (running.length === 0) return;
      if (waitedMs >= STOP_TIMEOUT_MS)
        throw new BackendError({
          kind: 'conflict',
          message: 'It was interrupted, but its turn has not ended yet.',
          hint: 'Try again when it has ended.',
          tookEffect: 'maybe',
        });
      for (const { id, status } of running) {
        if (status === 'interrupting') continue;
        const member = { id, ownerName: task.ownerName };
        await queue.clear(member, signal);
        await interrupt(member, signal);
      }
      const ms = STOP_CHECKS_MS[Math.min(count, STOP_CHECKS_MS.length - 1)] ?? 0;
      await wait(ms, signal);
      waitedMs += ms;
    }
  }

  /** `archived` and not: repeated, the server answers 400, which is success when the chat is so. */
  async function setArchived(task: TaskRef, archived: boolean, signal: AbortSignal): Promise<void> {
    try {
      // A restored chat runs in the environment of the shell that restores it.
      await update(
        task,
        { archived, ...(archived ? {} : await api.client.environmentField(signal)) },
        signal,
      );
    } catch (error) {
      const isRefused = error instanceof BackendError && error.status === 400;
      if (!isRefused && !isMaybe(error)) throw error;
      if ((await api.get(task, signal)).facts.archived !== archived) throw error;
    }
  }

  async function archive(task: TaskRef, signal: AbortSignal): Promise<void> {
    try {
      await setArchived(task, true, signal);
    } catch (error) {
      if (!isConflict(error) || isInvalidState(error)) throw error;
      await endTurns(task, signal);
      await setArchived(task, true, signal);
    }
  }

  async function setPinned(task: TaskRef, isPinned: boolean, signal: AbortSignal): Promise<TaskPatch> {
    await update(task, { pin_order: isPinned ? 1 : 0 }, signal);
    return patchOf(task, signal);
  }

  /** Believed only when the server shows it: older servers ignore the field. */
  async function setUnread(task: TaskRef, unread: boolean, signal: AbortSignal): Promise<TaskPatch> {
    await update(task, { read: !unread }, signal);
    const chat = await get(task, signal);
    if (chatFacts(chat)?.unread === unread) {
      knowsRead = true;
      return { task: chat };
    }
    throw new BackendError({
      kind: 'invalid',
      message: `This server cannot mark a chat as ${unread ? 'unread' : 'read'}.`,
      tookEffect: 'no',
    });
  }

  const build =
    (transition: 'start' | 'stop'): Run =>
    async (task, signal) => {
      const { workspaceId } = (await api.get(task, signal)).facts;
      if (workspaceId === null)
        throw new BackendError({ kind: 'conflict', message: 'It has no workspace.', tookEffect: 'no' });
      await builds.create(workspaceId, transition, signal);
      return {};
    };

  const actions: Readonly<Record<ActionId, Run>> = {
    async interrupt(task, signal) {
      await interrupt(task, signal);
      return patchOf(task, signal);
    },
    async 'interrupt-all'(task, signal) {
      await queue.clear(task, signal);
      await interrupt(task, signal);
      return patchOf(task, signal);
    },
    async archive(task, signal) {
      await archive(task, signal);
      return { ...(await patchOf(task, signal)), isRemoved: true };
    },
    async 'delete-archived'(task, signal) {
      expectStatus(await api.send({ method: 'DELETE', path: chatPath(task) }, signal), 204);
      return { isRemoved: true };
    },
    async restore(task, signal) {
      await setArchived(task, false, signal);
      return patchOf(task, signal);
    },
    async continue(task, signal) {
      await queue.runHead(task, signal);
      return patchOf(task, signal);
    },
    pin: (task, signal) => setPinned(task, true, signal),
    unpin: (task, signal) => setPinned(task, false, signal),
    'mark-unread': (task, signal) => setUnread(task, true, signal),
    'mark-read': (task, signal) => setUnread(task, false, signal),
    'start-workspace': build('start'),
    'stop-workspace': build('stop'),
  };

  return {
    update,

    async run(action, task, signal) {
      const run = actions[action];
      if (run === undefined)
        throw new BackendError({
          kind: 'conflict',
          message: `A chat has no action “${action}”.`,
          tookEffect: 'no',
        });
      try {
        return await run(task, signal);
      } catch (error) {
        throw chatsError(error);
      }
    },

    async markRead(task, signal) {
      if (knowsRead === false) return;
      await update(task, { read: true }, signal);
      // Asked once a connection: a server that does not know the field answers the same.
      knowsRead ??= (await api.get(task, signal)).facts.unread !== true;
    },
  };
}
