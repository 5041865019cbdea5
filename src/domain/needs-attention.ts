import type { Phase } from './phase.ts';
import type { ChatFacts, Task } from './task.ts';
import { plural } from './text/count.ts';

/**
 * Whether a task in this phase waits for the user. `seen`: the user has viewed it since it got there; `acknowledged`: and
 * said that it need not be shown. A Coder Task counts as idle for attention only if its agent reported that.
 */
export function needsAttention(
  { state, facts }: Pick<Task, 'state' | 'facts'>,
  phase: Phase,
  seen: boolean,
  acknowledged = false,
): boolean {
  if (facts.kind === 'chat') return chatNeedsAttention(facts, phase, seen);
  if (acknowledged) return false;
  switch (phase) {
    case 'idle':
      return state?.state === 'idle';
    case 'failed':
    case 'error':
      return true;
    case 'complete':
      return !seen;
    default:
      return false;
  }
}

/**
 * The server knows whether its owner has read a chat; only where it does not, `seen` counts. The agent that started a
 * sub-agent reads its answers.
 */
function chatNeedsAttention(
  { archived, questions, unread, parentId }: ChatFacts,
  phase: Phase,
  seen: boolean,
): boolean {
  if (archived) return false;
  return phase === 'idle'
    ? questions.length > 0 || (parentId === null && (unread ?? !seen))
    : phase === 'failed' && !seen;
}

/** Whether the task waits for an answer to a question: then it needs the user at once, without a delay. */
export const asksUser = ({ facts }: Pick<Task, 'facts'>): boolean =>
  facts.kind === 'chat' && facts.questions.length > 0;

/**
 * A fingerprint of the task's visible status: a new report or build changes it, and each change of a chat. Stored between
 * runs, so its format must not change.
 */
export function statusFingerprint({
  state,
  updatedAt,
  facts,
}: Pick<Task, 'state' | 'updatedAt' | 'facts'>): string {
  if (facts.kind === 'chat') return `${facts.status} ${updatedAt}`;
  const { status, buildNumber } = facts;
  return status === 'active' && state !== null ? `${state.state} ${state.at}` : `${status} ${buildNumber}`;
}

/** The id of the action that marks a task as unread on its server. */
export const MARK_UNREAD = 'mark-unread';

/** The fingerprint of a status that the user acknowledged. Stored between runs, so its format must not change. */
export const acknowledgedFingerprint = (fingerprint: string): string => `${fingerprint} acknowledged`;

/** `1 needs you`, `3 need you`. */
export const needsAttentionText = (count: number): string => `${count} ${plural(count, 'needs', 'need')} you`;
