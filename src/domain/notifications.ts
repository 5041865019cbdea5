import type { Phase } from './phase.ts';
import { optionsText, type Question, questionText } from './question.ts';

/** The part of a task that decides about notifications. */
export interface NotificationCandidate {
  readonly id: string;
  /** The agent's message: an equal one is not a new reason to notify. */
  readonly message: string;
  /** The id of the question that it asks. Missing: it asks none. */
  readonly questionId?: string;
  /** The user snoozed its status. Missing: no. */
  readonly isSnoozed?: boolean;
  /** `soon`: needs attention, but not yet for long enough. */
  readonly needsAttention: 'no' | 'soon' | 'yes';
}

/** The message that each task was last notified with, by task id. Holds only tasks that need attention. */
export type NotifiedTasks = ReadonlyMap<string, string>;

/** The initial value: tasks that need attention at the start cause no notification. */
export const initiallyNotified = (tasks: readonly NotificationCandidate[]): NotifiedTasks =>
  new Map(
    tasks.filter(({ needsAttention }) => needsAttention !== 'no').map(({ id, message }) => [id, message]),
  );

export interface NotificationUpdate {
  readonly notified: NotifiedTasks;
  /** The tasks that newly need attention. */
  readonly newIds: readonly string[];
}

/** Finds the tasks that newly need attention. `notified` keeps its identity when nothing changed. */
export function updateNotified(
  notified: NotifiedTasks,
  tasks: readonly NotificationCandidate[],
): NotificationUpdate {
  const next = new Map<string, string>();
  const newIds: string[] = [];
  for (const { id, message, needsAttention } of tasks) {
    const before = notified.get(id);
    if (needsAttention === 'yes') {
      if (before !== message) newIds.push(id);
      next.set(id, message);
    } else if (needsAttention === 'soon' && before !== undefined) next.set(id, before);
  }
  const isSame = newIds.length === 0 && next.size === notified.size;
  return { notified: isSame ? notified : next, newIds };
}

export interface PhaseChange {
  readonly taskId: string;
  readonly previous: Phase;
  readonly phase: Phase;
}

/** The tasks whose phase differs. A task that was not known before has no change. */
export function phaseChanges(
  before: ReadonlyMap<string, Phase>,
  after: ReadonlyMap<string, Phase>,
): readonly PhaseChange[] {
  const changes: PhaseChange[] = [];
  for (const [taskId, phase] of after) {
    const previous = before.get(taskId);
    if (previous !== undefined && previous !== phase) changes.push({ taskId, previous, phase });
  }
  return changes;
}

/** A desktop notification. Untrusted text. */
export interface NotificationText {
  readonly title: string;
  readonly body: string;
}

export interface NotificationSubject {
  readonly title: string;
  readonly phase: Phase;
  /** The question that waits for an answer. Missing: none. */
  readonly question?: Question;
  /** Empty without a report. */
  readonly message: string;
}

/** The options of a question follow its text only up to this length together, UTF-16 units: desktops show no more. */
const MAX_QUESTION = 180;
/** The number of task names in a notification. */
const MAX_NAMES = 3;

/** One notification for all tasks that newly need attention; null for none. */
export function notificationText(subjects: readonly NotificationSubject[]): NotificationText | null {
  const [first] = subjects;
  if (first === undefined) return null;
  if (subjects.length === 1) {
    const { title, phase, question, message } = first;
    if (question !== undefined) return { title, body: questionBody(question) };
    return { title, body: message.trim() === '' ? `${phase}: needs you` : `${phase}: ${message}` };
  }
  const names = subjects.slice(0, MAX_NAMES).map(({ title }) => title);
  const more = subjects.length - names.length;
  return {
    title: `${subjects.length} tasks need you`,
    body: `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
  };
}

function questionBody(question: Question): string {
  const text = questionText(question).trim();
  const body = text === '' ? 'asks you' : `asks you: ${text}`;
  const options = optionsText(question);
  const whole = `${body} ${options}`;
  return options === '' || whole.length > MAX_QUESTION ? body : whole;
}
