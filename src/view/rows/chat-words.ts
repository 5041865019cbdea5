import { type ChatExtension, permissionModeWords } from '../../domain/chat-extension.ts';
import type { Phase } from '../../domain/phase.ts';
import { type ChatChanges, type ChatFacts, chatFacts, type Task, worktreeOf } from '../../domain/task.ts';
import { counted, plural } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { worktreeInRow, worktreeWords } from './worktree-words.ts';

/** The word for a chat with a question, in place of its phase. */
export const ASKS = 'asks you';

/** The phase in at most eight columns, or the word that says more: the chat has a question, or its turn is stopping. */
export function shortPhaseWord(task: Pick<Task, 'facts'>, phase: Phase): string {
  const facts = chatFacts(task);
  if (facts === null) return phase;
  if (phase === 'idle' && facts.questions.length > 0) return ASKS;
  if (phase !== 'working') return phase;
  if (facts.status === 'interrupting') return 'stopping';
  return facts.extension?.stage == null ? phase : 'starting';
}

/** More words about the turn of a chat than its phase; empty for none. */
function turnWords({ status, questions, queuedForCapacity, extension }: ChatFacts, phase: Phase): string {
  switch (phase) {
    case 'idle':
      return questions.length > 0 ? ASKS : status === 'paused' ? 'a queued message is being edited' : '';
    case 'queued':
      if (!queuedForCapacity) return '';
      return extension === undefined ? 'queued for capacity' : 'waits for other agents';
    case 'working':
      if (status === 'interrupting') return 'stopping the turn';
      if (status !== 'requires_action') return '';
      return extension === undefined ? 'waits for a tool of its own program' : 'waits for your permission';
    default:
      return '';
  }
}

/** The state of a pull request in one word. Safe to show. */
const pullRequestState = ({ state, isDraft }: NonNullable<ChatChanges['pullRequest']>): string =>
  isDraft && state === 'open' ? 'draft' : sanitiseLine(state);

const lineCounts = ({ additions, deletions }: ChatChanges): string =>
  additions + deletions === 0 ? '' : `+${additions} -${deletions}`;

/** The pull request or the worktree, and the changed lines, for a row: longest variant first; empty for none. */
export function changesInRow(task: Pick<Task, 'facts'>): readonly string[] {
  const changes = chatFacts(task)?.changes ?? null;
  const lines = changes === null ? '' : lineCounts(changes);
  const pullRequest = changes?.pullRequest ?? null;
  if (pullRequest === null) {
    const worktree = worktreeOf(task);
    return worktree === null ? [lines].filter(Boolean) : worktreeInRow(worktree, lines);
  }
  const name = pullRequest.number === null ? 'PR' : `#${pullRequest.number}`;
  const withState = [name, pullRequestState(pullRequest)].filter(Boolean).join(' ');
  return [...(lines === '' ? [] : [`${withState} ${lines}`]), withState, name];
}

/** The pull request and the changed lines in words; empty for none. */
function changesWords({ changes }: ChatFacts): readonly string[] {
  if (changes === null) return [];
  const { pullRequest, files } = changes;
  const lines = lineCounts(changes);
  const review =
    pullRequest === null || pullRequest.state !== 'open'
      ? ''
      : pullRequest.changesRequested
        ? ', changes requested'
        : pullRequest.isApproved
          ? ', approved'
          : '';
  return [
    pullRequest === null
      ? ''
      : `PR ${[pullRequest.number ?? '', pullRequestState(pullRequest)].filter((word) => word !== '').join(' ')}${review}`,
    lines === '' ? '' : `${lines}${files === 0 ? '' : ` in ${counted(files, 'file')}`}`,
  ].filter(Boolean);
}

/** The model and the effort; of a chat on this machine `model` has the agent's name, and its version follows. */
function modelWords(agent: ChatExtension['agent'] | undefined, model: string, effort: string): string {
  const name = model || (agent?.name ?? '');
  const words =
    name === '' ? (effort === '' ? '' : `effort ${effort}`) : [name, effort].filter(Boolean).join(' ');
  return words === '' || agent === undefined || agent.version === '' ? words : `${words} (${agent.version})`;
}

/** Facts that the chat itself does not hold. Missing: unknown, or none. */
interface ChatAdditions {
  readonly subAgents?: number;
  readonly model?: string;
  /** Of a chat on this machine; safe to show. */
  readonly directory?: string;
  /** Words about its cost and its context. */
  readonly usage?: readonly string[];
  /** Those of the row on the screen. Missing: the words are read aloud. */
  readonly columns?: number;
}

/** The facts of a chat in words, the most useful first; empty for another kind. Safe to show. */
export function chatWords(
  task: Pick<Task, 'facts'>,
  phase: Phase,
  { subAgents = 0, model = '', directory = '', usage = [], columns }: ChatAdditions = {},
): readonly string[] {
  const facts = chatFacts(task);
  if (facts === null) return [];
  const { archived, parentId, planMode, effort, queueLength, pinOrder, shared, extension } = facts;
  return [
    archived ? 'archived' : '',
    turnWords(facts, phase),
    ...worktreeWords(extension?.worktree ?? null, changesWords(facts), columns),
    planMode ? 'plan mode' : '',
    sanitiseLine(permissionModeWords(extension?.permissionMode ?? '')),
    sanitiseLine(modelWords(extension?.agent, model, effort)),
    directory,
    ...usage,
    queueLength !== null && queueLength > 0 ? `${queueLength} queued ${plural(queueLength, 'message')}` : '',
    parentId === null ? '' : 'sub-agent',
    subAgents === 0 ? '' : counted(subAgents, 'sub-agent'),
    pinOrder > 0 ? 'pinned' : '',
    shared ? 'shared' : '',
  ].filter(Boolean);
}
