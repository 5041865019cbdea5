import { type Task, worktreeOf } from '../../domain/task.ts';
import { exactDuration } from '../../domain/text/age.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import type { Worktree, WorktreeActionOffer } from '../../domain/worktree.ts';
import {
  archiveWords,
  choiceTitle,
  progressWords,
  WORKTREE_CHOICES,
  type WorktreeChoice,
} from '../../domain/worktree-choice.ts';
import { baseName, syncWords, uncommittedWords } from '../../domain/worktree-text.ts';
import type { OpenedWorktree, WorktreeResult } from '../../store/slices/worktrees.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';

/** A row about a worktree. Sanitised, and wrapped to the width that was asked for. */
export interface WorktreeRow {
  readonly kind: 'plain' | 'dim' | 'good' | 'bad' | 'strong';
  readonly text: string;
  /** The choice that the row belongs to; null for facts above the choices. */
  readonly choice: WorktreeChoice | null;
}

/** One choice, with the commands that it runs, or the reasons why it cannot. */
export interface ChoiceWords {
  readonly choice: WorktreeChoice;
  readonly title: string;
  /** Empty when it can be chosen. */
  readonly reasons: readonly string[];
  /** Commands, each with the directory that it runs in, or sentences. */
  readonly effects: readonly string[];
  /** For the question, in sentences. */
  readonly remarks: readonly string[];
}

/** The longest path that is not cut, in columns: rows wrap it. */
const WHOLE = 4_000;

type Step = WorktreeActionOffer['steps'][number];

/** The directory, as it is shown beside a command; the path of the worktree is above all choices. */
const placeWords = (directory: string, worktree: Worktree, home: string | undefined): string =>
  directory === worktree.path ? 'the worktree' : shortPath(directory, home, WHOLE);

const stepWords = ({ command, directory }: Step, worktree: Worktree, home: string | undefined): string =>
  `In ${placeWords(directory, worktree, home)}: ${sanitiseLine(command)}`;

/** The choices in a fixed order; empty before they have loaded. */
export function worktreeChoices(state: State, taskId: string): readonly ChoiceWords[] {
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  const opened = state.openedWorktrees.get(taskId);
  if (task === null || worktree === null || opened === undefined) return [];
  if (opened.offers === null && opened.error === '') return [];
  const offers = opened.offers?.actions ?? [];
  return WORKTREE_CHOICES.flatMap((choice): readonly ChoiceWords[] => {
    const title = choiceTitle(choice, worktree);
    if (choice === 'keep') return [keepChoice(task, worktree, title)];
    const offer = offers.find(({ action }) => action === choice);
    if (offer === undefined) return [];
    const { steps, reasons, remarks } = offer;
    return [
      {
        choice,
        title,
        reasons: reasons.map(sanitiseLine),
        effects: steps.map((step) => stepWords(step, worktree, state.deployment.home)),
        remarks: remarks.map(sanitiseLine),
      },
    ];
  });
}

function keepChoice(task: Task, worktree: Worktree, title: string): ChoiceWords {
  const isArchived = task.facts.kind === 'chat' && task.facts.archived;
  return {
    choice: 'keep',
    title,
    reasons: isArchived ? ['The chat is already archived. Its worktree stays as long as you want.'] : [],
    effects: [
      archiveWords(task),
      worktree.state === 'made' ? 'The worktree and its branch stay.' : NOTHING_TO_KEEP,
    ],
    remarks: [],
  };
}

/** All rows of the overlay, each at most `width` columns wide. */
export function worktreeRows(state: State, taskId: string, width: number): readonly WorktreeRow[] {
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  const opened = state.openedWorktrees.get(taskId);
  if (worktree === null || opened === undefined)
    return rowsOf('plain', ['This chat no longer has a worktree.'], width);
  return [
    ...factRows(state, worktree, width),
    ...statusRows(state, worktree, opened, width),
    ...allChoiceRows(worktreeChoices(state, taskId), width),
  ];
}

/** Where the worktree is and what is in it. */
function factRows(state: State, worktree: Worktree, width: number): readonly WorktreeRow[] {
  const { branch, base, path, state: stage } = worktree;
  const changes = [syncWords(worktree), uncommittedWords(worktree)].filter(Boolean).join(' · ');
  const isMade = stage === 'made';
  return [
    ...rowsOf('strong', [`${sanitiseLine(branch)}, made from ${baseName(base)}`], width),
    ...rowsOf('dim', [shortPath(path, state.deployment.home, WHOLE)], width),
    ...rowsOf('plain', isMade ? [changes || `Nothing that ${baseName(base)} does not have`] : [], width),
    ...rowsOf('plain', stage === 'planned' ? ['The first turn makes it.'] : [], width),
    ...rowsOf('plain', stage === 'removed' ? [REMOVED] : [], width),
    BLANK,
  ];
}

const NOTHING_TO_KEEP = 'There is no worktree to keep now.';

const REMOVED = 'It was removed. The next turn makes it again if its branch exists.';

/** The action that runs, the result of the last one, and why the choices could not be loaded. */
function statusRows(
  state: State,
  worktree: Worktree,
  { offers, error, running, result }: OpenedWorktree,
  width: number,
): readonly WorktreeRow[] {
  if (running !== null) {
    const words = `${progressWords(running.action, worktree)}, ${exactDuration(state.now - running.startedAt)}`;
    return [
      ...rowsOf('strong', [words], width),
      ...rowsOf('plain', ['You can close this. A notice reports the result.'], width),
      BLANK,
    ];
  }
  const isFirst = offers === null && error === '';
  return [
    ...(result === null ? [] : [...resultRows(result, width), BLANK]),
    ...(error === '' ? [] : [...rowsOf('bad', [sanitiseLine(error)], width), BLANK]),
    ...(isFirst ? rowsOf('dim', ['Loading what can be done…'], width) : []),
  ];
}

/** The result of an action, one sentence a row where it is a list. */
export function resultLines({ text }: WorktreeResult): readonly string[] {
  const [first = '', ...rest] = sanitise(text).trim().split('\n');
  return [first, ...rest.filter((line) => line.trim() !== '').map((line) => `  - ${line.trim()}`)];
}

const resultRows = (result: WorktreeResult, width: number): readonly WorktreeRow[] =>
  rowsOf(result.isFailure ? 'bad' : 'good', resultLines(result), width);

const INDENT = '    ';

/** The rows of all choices. A long reason that an earlier choice has in full takes one row. */
function allChoiceRows(choices: readonly ChoiceWords[], width: number): readonly WorktreeRow[] {
  const seen = new Set<string>();
  return choices.flatMap(({ choice, title, reasons, effects }) => {
    if (reasons.length === 0) {
      const indented = effects.map((effect) => INDENT + effect);
      return [...rowsOf('strong', [title], width, choice), ...rowsOf('dim', indented, width, choice)];
    }
    const listed = reasons.map((reason) => {
      const text = `${INDENT}- ${reason}`;
      const shown = seen.has(reason) ? truncate(text, width) : text;
      seen.add(reason);
      return shown;
    });
    return [
      ...rowsOf('dim', [`${title} (not now)`], width, choice),
      ...rowsOf('plain', listed, width, choice),
    ];
  });
}

/** The rows of the question before a choice: the commands below their directories, and the remarks. */
export function questionRowsOf(
  state: State,
  taskId: string,
  choice: WorktreeChoice,
  width: number,
): readonly WorktreeRow[] {
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  const words = worktreeChoices(state, taskId).find((each) => each.choice === choice);
  if (words === undefined || worktree === null) return rowsOf('plain', ['It can no longer be done.'], width);
  const offers = state.openedWorktrees.get(taskId)?.offers?.actions ?? [];
  const steps = offers.find(({ action }) => action === choice)?.steps ?? [];
  const deletion = branchDeletion(state, taskId, choice);
  const { home } = state.deployment;
  if (choice === 'keep')
    return [
      ...rowsOf('plain', words.effects, width),
      ...(worktree.state === 'made'
        ? rowsOf('strong', [INDENT + shortPath(worktree.path, home, WHOLE)], width)
        : []),
    ];
  return [
    ...stepRows(steps, home, width),
    ...(words.remarks.length === 0 ? [] : [BLANK, ...rowsOf('plain', words.remarks, width)]),
    ...(deletion === null
      ? []
      : [
          BLANK,
          ...rowsOf('plain', ['b deletes the branch, too:'], width),
          ...stepRows([deletion], home, width),
        ]),
  ];
}

/** The commands, each group below its directory. */
const stepRows = (steps: readonly Step[], home: string | undefined, width: number): readonly WorktreeRow[] =>
  steps.flatMap(({ command, directory }, index) => [
    ...(steps[index - 1]?.directory === directory
      ? []
      : rowsOf('dim', [`In ${shortPath(directory, home, WHOLE)}:`], width)),
    ...rowsOf('strong', [INDENT + sanitiseLine(command)], width),
  ]);

/** The deletion of the branch after a removal; null where that is not offered. */
export function branchDeletion(state: State, taskId: string, choice: WorktreeChoice): Step | null {
  const task = knownTask(state, taskId);
  const worktree = task && worktreeOf(task);
  const isOffered = state.openedWorktrees.get(taskId)?.offers?.mayDeleteBranch === true;
  if (choice !== 'remove' || !isOffered || worktree === null) return null;
  return { command: `git branch -d ${worktree.branch}`, directory: worktree.repository };
}

const BLANK: WorktreeRow = { kind: 'plain', text: '', choice: null };

const rowsOf = (
  kind: WorktreeRow['kind'],
  texts: readonly string[],
  width: number,
  choice: WorktreeChoice | null = null,
): readonly WorktreeRow[] =>
  texts.flatMap((text) => wrap(text, Math.max(1, width)).map((row) => ({ kind, text: row, choice })));
