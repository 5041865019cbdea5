import { PERMISSIONS } from '../domain/chat-extension.ts';
import type { Delivery } from '../domain/delivery.ts';
import { permissionQuestions } from '../domain/permission.ts';
import type { Question } from '../domain/question.ts';
import { menuQuestions } from '../domain/question-menu.ts';
import { chatQuestions } from '../domain/question-of-chat.ts';
import { type ChatFacts, chatFacts, hasExtension, type Task } from '../domain/task.ts';
import { freshnessOf } from './list-freshness.ts';
import { hasCurrentTranscript } from './report-times.ts';
import { phaseIn } from './slices/actions.ts';
import type { PermissionAnswer } from './slices/answers.ts';
import type { State } from './state.ts';

/** The fields that these selectors read. */
type Reads = Pick<
  State,
  | 'transcripts'
  | 'followedTaskId'
  | 'listFreshness'
  | 'sourceFreshness'
  | 'fetchedAtById'
  | 'pendingChanges'
  | 'now'
  | 'deliveries'
  | 'permissionAnswers'
  | 'reportTimes'
> & { readonly view: Pick<State['view'], 'selected'> };

const NO_QUESTIONS: readonly Question[] = [];

/**
 * The questions of a task that the user can answer now, which were asked together; empty for none. An unchanged list is
 * the same object. A question with an answer in the outbox is no longer one of them.
 */
export function questionsOf(state: Reads, task: Task): readonly Question[] {
  const open = withoutAnswered(state, task, openQuestions(state, task));
  return open.length === 0 || answerTo(state, task, open) !== null ? NO_QUESTIONS : open;
}

/** Without the permission requests whose answer is on its way, or was accepted. */
function withoutAnswered(
  { permissionAnswers }: Reads,
  { id }: Task,
  open: readonly Question[],
): readonly Question[] {
  if (permissionAnswers.size === 0) return open;
  const isOpen = (question: Question): boolean => !permissionAnswers.has(questionKey(id, question));
  return open.every(isOpen) ? open : open.filter(isOpen);
}

/** Identifies a question among all questions of all tasks. */
export const questionKey = (taskId: string, { id }: Pick<Question, 'id'>): string => `${taskId} ${id}`;

/** The answer to a permission request of the task that no server has; null for none. */
export const pendingPermission = ({ permissionAnswers }: Reads, { id }: Task): PermissionAnswer | null =>
  [...permissionAnswers.values()].find(({ taskId, isAccepted }) => taskId === id && !isAccepted) ?? null;

/** The message in the outbox that answers the open questions of a task; null for none. */
export const pendingAnswer = (state: Reads, task: Task): Delivery | null =>
  answerTo(state, task, openQuestions(state, task));

const answerTo = ({ deliveries }: Reads, { id }: Task, open: readonly Question[]): Delivery | null =>
  deliveries.find(
    ({ taskId, extras }) =>
      taskId === id && extras?.questionId !== undefined && open.some((each) => each.id === extras.questionId),
  ) ?? null;

function openQuestions(state: Reads, task: Task): readonly Question[] {
  const fetched = state.transcripts.get(task.id);
  const transcript = fetched?.transcript ?? null;
  const chat = chatFacts(task);
  if (chat === null) {
    // The conversation of the selected task is requested all the time; an older one of another task has an old menu.
    const isCurrent = state.view.selected === task.id || hasCurrentTranscript(state, task.id);
    const canAsk = transcript !== null && !transcript.snapshot && phaseIn(state, task) === 'idle';
    return canAsk && isCurrent ? menuQuestions(transcript.messages) : NO_QUESTIONS;
  }
  // A stream reports each change of a conversation, however old the last one is.
  const isNewest = state.followedTaskId === task.id || (fetched?.requestedAt ?? 0) >= lookedAt(state, task);
  if (transcript === null || !isNewest) return chat.questions;
  if (hasExtension(task, PERMISSIONS) && mayRequest(chat)) {
    const requested = permissionQuestions(transcript.messages, transcript.live);
    // The part that asks may follow the status: the status changes with the last answer.
    if (requested.length > 0 || chat.status === 'requires_action')
      return requested.length > 0 ? requested : chat.questions;
  }
  return transcript.live === undefined && mayAsk(chat) ? chatQuestions(transcript.messages) : NO_QUESTIONS;
}

/** When the facts of a chat were requested, Unix ms. */
const lookedAt = (state: Reads, task: Task): number =>
  Math.max(freshnessOf(state, task).requestedAt ?? 0, state.fetchedAtById.get(task.id) ?? 0);

/** A newer conversation can already show the request of a turn that the list shows as running. */
const mayRequest = ({ status, archived }: ChatFacts): boolean =>
  !archived && (status === 'requires_action' || status === 'running');

/** A newer conversation can already show the end of the turn that the list still shows as running. */
const mayAsk = ({ status, planMode, archived }: ChatFacts): boolean =>
  planMode && !archived && (status === 'waiting' || status === 'running' || status === 'pending');
