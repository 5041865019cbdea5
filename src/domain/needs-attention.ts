import type { Phase } from './phase.ts';
import type { ChatFacts, Task } from './task.ts';
import { plural } from './text/format.ts';

/**
 * The user's dealing with the present status of a task. `acknowledged`: it need not be shown as waiting. `snoozed`: not
 * for a while. `due`: that while is over, and the user has not looked at the task since.
 */
export type Sight = 'unseen' | 'seen' | 'acknowledged' | 'snoozed' | 'due';

/**
 * Whether a task in this phase waits for the user, who has seen it so. A Coder Task counts as idle for attention only if its
 * agent reported that.
 */
export function needsAttention(
  { state, facts }: Pick<Task, 'state' | 'facts'>,
  phase: Phase,
  sight: Sight = 'unseen',
): boolean {
  if (sight === 'snoozed') return false;
  if (facts.kind === 'chat') return chatNeedsAttention(facts, phase, sight);
  if (sight === 'acknowledged') return false;
  switch (phase) {
    case 'idle':
      return state?.state === 'idle';
    case 'failed':
    case 'error':
      return true;
    case 'complete':
      return sight !== 'seen';
    default:
      return false;
  }
}

/**
 * The server knows whether its owner has read a chat; only where it does not, `sight` counts. The agent that started a
 * sub-agent reads its answers. The end of a snooze is news, also of a chat that was read.
 */
function chatNeedsAttention(
  { archived, questions, unread, parentId }: ChatFacts,
  phase: Phase,
  sight: Sight,
): boolean {
  if (archived) return false;
  const isSeen = sight === 'seen' || sight === 'acknowledged';
  switch (phase) {
    case 'idle':
      return questions.length > 0 || (parentId === null && (sight === 'due' || (unread ?? !isSeen)));
    case 'complete':
      return parentId === null && sight === 'due';
    case 'failed':
      return !isSeen;
    default:
      return false;
  }
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

/** A fingerprint of the status that is snoozed: of the question alone, as other changes do not answer it, else as above. */
export const snoozeFingerprint = (task: Pick<Task, 'state' | 'updatedAt' | 'facts'>): string =>
  task.facts.kind === 'chat' && task.facts.questions.length > 0
    ? `asks ${task.facts.questions.map(({ id }) => id).join(' ')}`
    : statusFingerprint(task);

/** The id of the action that marks a task as unread on its server. */
export const MARK_UNREAD = 'mark-unread';

/** `1 needs you`, `3 need you`. */
export const needsAttentionText = (count: number): string => `${count} ${plural(count, 'needs', 'need')} you`;
