import { BackendError } from '../domain/errors.ts';
import { asksUser, needsAttention } from '../domain/needs-attention.ts';
import { phaseOf } from '../domain/phase.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import { type Question, questionText } from '../domain/question.ts';
import { sourceOf } from '../domain/sources.ts';
import { chatFacts, coderFacts, type Task, templateLabel, titleOf } from '../domain/task.ts';
import {
  agentProblem,
  agoOf,
  type ChatAdditions,
  chatFactRows,
  type Fact,
  workspaceText,
} from '../domain/task-facts.ts';
import { isoSeconds } from '../domain/text/format.ts';
import { sanitise, sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, padEnd } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { EXIT } from './exit-code.ts';
import { findOneTask, MAX_LISTED } from './find-task.ts';
import { taskJson } from './json.ts';
import { childrenIn } from './list.ts';
import { shownQuestions } from './open-questions.ts';
import { reportingErrors, write, writeJson } from './output.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';
import { messageOf } from './task-message.ts';

export interface ShowOptions {
  readonly task: string;
  readonly json: boolean;
}

export const show: ScriptCommand<ShowOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const task = await findOneTask(context, options.task);
    const now = context.clock.now();
    const [children, questions, model] = await Promise.all([
      childrenOf(context, task),
      shownQuestions(context, task),
      options.json ? null : modelOf(context, task),
    ]);
    if (options.json) await writeJson(context.io, taskJson(task, now, children, questions));
    else
      await write(
        context.io.stdout,
        formatTask(task, { children, questions, model }, now, context.io.columns),
      );
    return EXIT.done;
  });

/** The chats of the sub-agents of a chat; none when they cannot be listed. */
async function childrenOf({ backend, signal }: ScriptContext, task: Task): Promise<readonly Task[]> {
  const chat = chatFacts(task);
  if (chat === null || chat.parentId !== null) return [];
  const query = { owner: 'me', shared: 'too', archived: chat.archived, limit: MAX_LISTED } as const;
  const listed = sourceOf(backend, task).list(query, signal);
  return childrenIn(await onlyIfAnswered(listed, []))(task);
}

/** The name of the model of a chat; its id when the name is unknown, null without one. */
async function modelOf({ backend, signal }: ScriptContext, task: Task): Promise<string | null> {
  const chat = chatFacts(task);
  if (chat === null || chat.modelId === null) return null;
  const requested = sourceOf(backend, task).models?.(chat.organizationId, signal) ?? Promise.resolve([]);
  const models = await onlyIfAnswered(requested, []);
  return models.find(({ id }) => id === chat.modelId)?.name ?? chat.modelId;
}

/** The answer, or `fallback` after an error of the server: what only decorates the answer must not fail the command. */
const onlyIfAnswered = <Answer>(request: Promise<Answer>, fallback: Answer): Promise<Answer> =>
  request.catch((error: unknown) => {
    if (error instanceof BackendError && error.kind !== 'aborted') return fallback;
    throw error;
  });

interface Additions extends ChatAdditions {
  readonly questions: readonly Question[];
}

function formatTask(
  task: Task,
  additions: Additions,
  now: number,
  columns = Number.POSITIVE_INFINITY,
): string {
  const phase = phaseOf(task, now);
  const { state } = task;
  const coder = coderFacts(task);
  const chat = chatFacts(task);
  const needsYou = needsAttention(task, phase) || additions.children.some(asksUser);
  const facts: readonly Fact[] = [
    ['kind', chat === null ? '' : 'chat'],
    ['title', titleOf(task)],
    ['name', `${task.ownerName}/${task.name}`],
    ['id', task.id],
    ['phase', needsYou ? `${phase}, needs you` : phase],
    ['status', task.facts.status],
    ['state', state === null ? '' : [state.state, agoOf(state.at, now)].filter(Boolean).join(', ')],
    ['message', messageOf(task)],
    ...additions.questions.flatMap(questionRows),
    ['link', state?.uri ?? ''],
    ['template', templateLabel(task)],
    ['workspace', workspaceText(task)],
    ['agent', coder === null ? '' : agentProblem(coder)],
    ...(chat === null ? [] : chatFactRows(task, chat, additions, now)),
    ['created', timeAndAge(task.createdAt, now)],
    ['updated', timeAndAge(task.updatedAt, now)],
  ];
  const known = facts.filter(([, value]) => value !== '');
  const width = Math.max(...known.map(([name]) => name.length));
  const room = columns - width - 2;
  const lines = known.map(([name, value]) => {
    const line = sanitiseLine(value);
    // Line breaks would make a link unusable; terminals wrap it themselves.
    const rows = LINKS.includes(name) || displayWidth(line) <= room ? [line] : wrap(line, room);
    return `${padEnd(name, width)}  ${rows.join(`\n${' '.repeat(width + 2)}`)}`;
  });
  const prompt = sanitise(task.initialPrompt).trim();
  return `${lines.join('\n')}\n${prompt === '' ? '' : `\n${prompt}\n`}`;
}

const LINKS = ['link', 'changes at'];

/** Of the changes that a permission is about. */
const MAX_DETAIL_LINES = 20;

/** The question and its options, with the numbers that `answer` takes. */
const questionRows = (question: Question): readonly Fact[] => [
  [
    question.count === 1 ? 'question' : `question ${question.index + 1}`,
    questionText(question) || 'see "taskdeck logs"',
  ],
  ...(question.detail ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MAX_DETAIL_LINES)
    .map((line): Fact => ['', line]),
  ...question.options.map(
    ({ label, description }, place): Fact => [
      '',
      `${place + 1}. ${[label, description].filter(Boolean).join(': ')}`,
    ],
  ),
];

const timeAndAge = (at: number, now: number): string =>
  isPlausibleTime(at, now) ? `${isoSeconds(at)}, ${agoOf(at, now)}` : 'unknown';
