import { type ChatExtension, permissionModeWords } from '../domain/chat-extension.ts';
import { BackendError } from '../domain/errors.ts';
import { asksUser, needsAttention } from '../domain/needs-attention.ts';
import { phaseOf } from '../domain/phase.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import { type Question, questionText } from '../domain/question.ts';
import { sourceOf } from '../domain/sources.ts';
import {
  type ChatChanges,
  type ChatFacts,
  type CoderTaskFacts,
  chatFacts,
  coderFacts,
  type Task,
  templateLabel,
  titleOf,
} from '../domain/task.ts';
import { ageOf } from '../domain/text/age.ts';
import { counted } from '../domain/text/count.ts';
import { isoSeconds } from '../domain/text/iso-time.ts';
import { sanitise, sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, padEnd } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import type { Worktree } from '../domain/worktree.ts';
import { baseName, syncWords, uncommittedWords, worktreeState } from '../domain/worktree-text.ts';
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

/** The facts that the task itself does not hold. */
interface Additions {
  readonly children: readonly Task[];
  readonly questions: readonly Question[];
  readonly model: string | null;
}

type Fact = readonly [name: string, value: string];

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
    [
      'workspace',
      [coder?.workspaceName ?? workspaceOf(chat), coder?.workspaceStatus].filter(Boolean).join(', '),
    ],
    ['agent', coder === null ? '' : agentProblem(coder)],
    ...(chat === null ? [] : chatRows(task, chat, additions, now)),
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

/** A chat on this machine has a directory instead. */
const workspaceOf = (chat: ChatFacts | null): string | null =>
  chat === null || chat.extension !== undefined ? null : chat.workspaceId;

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

function chatRows(
  task: Task,
  { changes, ...chat }: ChatFacts,
  { children, model }: Additions,
  now: number,
): readonly Fact[] {
  const url = changes?.url ?? '';
  return [
    ['unread', chat.unread === true ? 'yes' : ''],
    ['model', [model ?? '', chat.effort].filter(Boolean).join(', ')],
    ['plan mode', chat.planMode ? 'on' : ''],
    ...(chat.extension === undefined ? [] : extensionRows(chat.extension, now)),
    ['queue', chat.queueLength ? counted(chat.queueLength, 'message') : ''],
    ['capacity', chat.queuedForCapacity ? 'waits until the server has room for it' : ''],
    ['changes', changes === null ? '' : changesText(changes)],
    ['changes at', url === task.state?.uri ? '' : url],
    ['parent', chat.parentId ?? ''],
    ...children.map(
      (child): Fact => ['sub-agent', [child.name, phaseOf(child, now), titleOf(child)].join(', ')],
    ),
    ['archived', chat.archived ? 'yes' : ''],
    ['pinned', chat.pinOrder > 0 ? 'yes' : ''],
    ['shared', chat.shared ? 'yes' : ''],
  ];
}

const extensionRows = (
  { agent, directory, permissionMode, stage, checklist, worktree }: ChatExtension,
  now: number,
): readonly Fact[] => [
  ['agent', [agent.name, agent.version].filter(Boolean).join(' ')],
  ['directory', directory],
  ...(worktree === null ? [] : worktreeRows(worktree)),
  ['permissions', permissionModeWords(permissionMode)],
  ['stage', stage === null ? '' : [stage.name, agoOf(stage.since, now)].filter(Boolean).join(', ')],
  ...checklist.map(
    ({ content, status }, index): Fact => [
      index === 0 ? 'checklist' : '',
      `${status === 'completed' ? '[x]' : '[ ]'} ${content}${status === 'in_progress' ? ' (now)' : ''}`,
    ],
  ),
];

const worktreeRows = (worktree: Worktree): readonly Fact[] => [
  ['worktree', [worktree.path, worktreeState(worktree)].filter(Boolean).join(', ')],
  ['repository', worktree.repository],
  ['branch', [worktree.branch, syncWords(worktree) || `from ${baseName(worktree.base)}`].join(', ')],
  ['uncommitted', uncommittedWords(worktree)],
];

function changesText({ additions, deletions, files, pullRequest }: ChatChanges): string {
  const lines = `+${additions} -${deletions} in ${counted(files, 'file')}`;
  if (pullRequest === null) return lines;
  const { number, state, title, isDraft, isApproved, changesRequested } = pullRequest;
  const words = [
    `pull request${number === null ? '' : ` #${number}`}`,
    isDraft ? 'draft' : state,
    isApproved ? 'approved' : '',
    changesRequested ? 'changes requested' : '',
    title,
  ];
  return [lines, ...words].filter(Boolean).join(', ');
}

/** Why the agent may not work; empty if no problem is known. */
function agentProblem({ agentHealth, agentLifecycle }: CoderTaskFacts): string {
  if (agentHealth?.healthy === false) return ['not healthy', agentHealth.reason].filter(Boolean).join(': ');
  return agentLifecycle === null || agentLifecycle === 'ready' ? '' : agentLifecycle.replaceAll('_', ' ');
}

const timeAndAge = (at: number, now: number): string =>
  isPlausibleTime(at, now) ? `${isoSeconds(at)}, ${agoOf(at, now)}` : 'unknown';

/** Empty for an unknown time. */
const agoOf = (at: number, now: number): string => (isPlausibleTime(at, now) ? `${ageOf(at, now)} ago` : '');
