import type { Message } from '../domain/message.ts';
import { chatFacts, isTurnRunning } from '../domain/task.ts';
import type { LiveTurn } from '../domain/transcript.ts';
import { memoize } from './memoize.ts';
import type { State } from './state.ts';
import { knownTask } from './task-index.ts';
import { hasVisibleText } from './transcript-items.ts';

/** The turn that is not in the conversation yet. It has one block, below the conversation. */
export interface LiveItem {
  readonly kind: 'live';
  readonly key: 'live';
  readonly taskId: string;
  /** Null while an interrupted turn has nothing to show. */
  readonly turn: LiveTurn | null;
  /** The server has not ended the interrupted turn yet. */
  readonly isInterrupting: boolean;
}

/** The fields that the selector reads. */
type Reads = Pick<State, 'transcripts' | 'followedTaskId' | 'tasks' | 'parkedLists'>;

/**
 * The live turn of a task; null when there is nothing to show of it. Without a healthy stream, the last one that was
 * pushed stays until the turn is over.
 */
export function liveItemOf(state: Reads, taskId: string): LiveItem | null {
  const task = knownTask(state, taskId);
  const facts = task && chatFacts(task);
  const isRunning = facts !== null && isTurnRunning(facts);
  const isKnown = state.followedTaskId === taskId || isRunning;
  const turn = (isKnown ? state.transcripts.get(taskId)?.transcript?.live : null) ?? null;
  const isInterrupting = facts?.status === 'interrupting';
  return isInterrupting || (turn !== null && isVisible(turn)) ? liveItem(taskId, turn, isInterrupting) : null;
}

const isVisible = ({ parts, retry }: LiveTurn): boolean =>
  retry !== null || parts.some((part) => part.type !== 'text' || hasVisibleText(part.text));

const liveItem = memoize(
  (taskId: string, turn: LiveTurn | null, isInterrupting: boolean): LiveItem => ({
    kind: 'live',
    key: 'live',
    taskId,
    turn,
    isInterrupting,
  }),
);

/** Of all live turns: a growing message keeps its id. Above those of servers. */
const LIVE_ID = Number.MAX_SAFE_INTEGER;

/** The live turn as a message of the agent, which is in no conversation. */
export const liveMessage = memoize(
  ({ parts, at }: LiveTurn): Message => ({ id: LIVE_ID, role: 'agent', parts, at }),
);

/** The next time at which the words about a retry change, Unix ms; Infinity for none. */
export function nextRetryTickAt(state: Reads & Pick<State, 'now'>, taskId: string): number {
  const retry = liveItemOf(state, taskId)?.turn?.retry ?? null;
  if (retry === null || retry.at <= state.now) return Number.POSITIVE_INFINITY;
  return retry.at - (secondsUntil(retry.at, state.now) - 1) * 1_000;
}

/** Whole seconds, rounded up; 0 for a time that has passed. Unix ms. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1_000));
