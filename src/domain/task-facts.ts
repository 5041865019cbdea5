import { type ChatExtension, permissionModeWords } from './chat-extension.ts';
import { phaseOf } from './phase.ts';
import { isPlausibleTime } from './plausible-time.ts';
import {
  type ChatChanges,
  type ChatFacts,
  type CoderTaskFacts,
  chatFacts,
  coderFacts,
  type Task,
  titleOf,
} from './task.ts';
import { ageOf } from './text/age.ts';
import { counted } from './text/format.ts';
import type { Worktree } from './worktree.ts';
import { baseName, syncWords, uncommittedWords, worktreeState } from './worktree-text.ts';

/** A labelled value; an empty value is not shown. Untrusted text. */
export type Fact = readonly [name: string, value: string];

/** The facts that a chat itself does not hold. */
export interface ChatAdditions {
  readonly children: readonly Task[];
  /** The name of its model; null for none. */
  readonly model: string | null;
}

/** The workspace with its status, of a chat on a deployment its id; empty for none. Untrusted text. */
export function workspaceText(task: Pick<Task, 'facts'>): string {
  const coder = coderFacts(task);
  const chat = chatFacts(task);
  // A chat on this machine has a directory instead.
  const ofChat = chat === null || chat.extension !== undefined ? null : chat.workspaceId;
  return [coder?.workspaceName ?? ofChat, coder?.workspaceStatus].filter(Boolean).join(', ');
}

/** A sentence about start-up scripts that failed or take too long; empty for none. Source: Coder's agent lifecycle. */
export function scriptWarning(task: Pick<Task, 'facts'>): string {
  switch (coderFacts(task)?.agentLifecycle) {
    case 'start_error':
      return 'A start-up script failed. The workspace may be incomplete.';
    case 'start_timeout':
      return 'A start-up script takes longer than its time limit.';
    case 'shutdown_error':
      return 'A shutdown script failed.';
    case 'shutdown_timeout':
      return 'A shutdown script takes longer than its time limit.';
    default:
      return '';
  }
}

/** The facts of a chat, each with a value or an empty text. Untrusted texts. */
export function chatFactRows(
  task: Task,
  { changes, ...chat }: ChatFacts,
  { children, model }: ChatAdditions,
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

/** Why the agent may not work; empty if no problem is known. Untrusted text. */
export function agentProblem({ agentHealth, agentLifecycle }: CoderTaskFacts): string {
  if (agentHealth?.healthy === false) return ['not healthy', agentHealth.reason].filter(Boolean).join(': ');
  return agentLifecycle === null || agentLifecycle === 'ready' ? '' : agentLifecycle.replaceAll('_', ' ');
}

/** How long ago; empty for an unknown time. */
export const agoOf = (at: number, now: number): string =>
  isPlausibleTime(at, now) ? `${ageOf(at, now)} ago` : '';
