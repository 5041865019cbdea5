import { needsAttention } from './needs-attention.ts';
import type { Phase } from './phase.ts';
import type { Question, QuestionOption } from './question.ts';
import { type AgentState, chatFacts, type Task } from './task.ts';
import { isoTime } from './text/format.ts';

/** The kind of a task, as the command line and JSON call it. */
export type Kind = 'task' | 'chat';

export const kindOf = ({ facts }: Pick<Task, 'facts'>): Kind => (facts.kind === 'chat' ? 'chat' : 'task');

export interface QuestionJson extends Pick<Question, 'id' | 'kind' | 'text' | 'index' | 'count'> {
  /** The changes or files that a permission is about. */
  readonly detail?: string;
  /**
   * With a label and a description each, and of a permission request what it does (`effect`). `answer` takes their
   * numbers, from 1.
   */
  readonly options: readonly Pick<QuestionOption, 'label' | 'description' | 'effect'>[];
  /** Whether other words are an answer. */
  readonly free_text: boolean;
}

/** The JSON of a question, such as the first of those that were asked together; null for none. */
export const questionJson = (question: Question | undefined): QuestionJson | null =>
  question === undefined
    ? null
    : {
        id: question.id,
        kind: question.kind,
        text: question.text,
        ...(question.detail !== undefined && { detail: question.detail }),
        options: question.options.map(({ label, description, effect }) => ({
          label,
          description,
          ...(effect !== undefined && { effect }),
        })),
        free_text: question.takesText,
        index: question.index,
        count: question.count,
      };

/** The JSON of a change: a line of `watch --json`, and the input of a hook. The first change of a task has no previous phase. */
export interface TaskChangeJson {
  readonly time: string;
  readonly task: string;
  readonly owner: string;
  readonly name: string;
  readonly kind: Kind;
  readonly phase: Phase | TaskEnd;
  readonly previous_phase: Phase | null;
  readonly status: string;
  readonly state: string | null;
  readonly message: string;
  readonly needs_you: boolean;
  /** The first question that waits for an answer. */
  readonly question: QuestionJson | null;
}

/** Of a task that is no longer listed. */
export type TaskEnd = 'deleted' | 'archived';

export const isTaskEnd = (phase: Phase | TaskEnd): phase is TaskEnd =>
  phase === 'deleted' || phase === 'archived';

interface TaskChange {
  readonly task: Task;
  readonly phase: Phase | TaskEnd;
  readonly previous: Phase | null;
  /** The agent of one of its sub-agents asks. */
  readonly isAskedBelow: boolean;
  readonly question: Question | undefined;
  /** Unix ms. */
  readonly at: number;
}

export const taskChangeJson = ({
  task,
  phase,
  previous,
  isAskedBelow,
  question,
  at,
}: TaskChange): TaskChangeJson => ({
  time: isoTime(at),
  task: task.id,
  owner: task.ownerName,
  name: task.name,
  kind: kindOf(task),
  phase,
  previous_phase: previous,
  status: task.facts.status,
  state: task.state && wireState(task.state.state),
  message: rawMessageOf(task),
  needs_you: !isTaskEnd(phase) && (isAskedBelow || needsAttention(task, phase)),
  question: isTaskEnd(phase) ? null : questionJson(question),
});

/** The last words about the turn of the agent of a task, or why it failed, as received. Untrusted text. */
export function rawMessageOf(task: Task): string {
  const chat = chatFacts(task);
  const words = chat?.status === 'error' ? chat.lastError?.message : chat?.summary;
  return words || (task.state?.message ?? '');
}

/** The state on the wire: Coder sends `failure`, although its constant is named otherwise. */
export const wireState = (state: AgentState): string => (state === 'failed' ? 'failure' : state);

/** Characters that JSON leaves unescaped and that control a terminal or are invisible there. */
const INVISIBLE = /[\x7f-\x9f\u2028\u2029\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON with all control and invisible characters escaped: safe on a terminal, without loss. */
export const safeJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;
