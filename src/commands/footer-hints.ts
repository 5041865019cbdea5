import { type Action, type ActionTable, PIN } from '../domain/action.ts';
import { isTextField } from '../domain/new-task.ts';
import { chatFacts, worktreeOf } from '../domain/task.ts';
import { pendingBulkOperation } from '../store/bulk-progress.ts';
import { questionInReach } from '../store/current-question.ts';
import { memoize } from '../store/memoize.ts';
import { activePromptSearch } from '../store/prompt-history-search.ts';
import { editedComment } from '../store/review.ts';
import { selectedTask, visibleTasks } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { taskById } from '../store/task-index.ts';
import type { FooterHint } from '../view/bars/footer-line.ts';
import { screenLayout } from '../view/layout/screen-layout.ts';
import { snoozeItems } from '../view/overlays/snooze-items.ts';
import { questionOf } from '../view/questions/question.ts';
import { UP_AND_DOWN } from '../view/theme.ts';
import { availability, type KeyContext, keysOf } from './command.ts';
import { commandById, keyContextsFor, keysOfCommand } from './command-registry.ts';
import { currentKeyContext } from './key-context.ts';
import { commandIn } from './keymap.ts';
import { ownCommands } from './own-commands.ts';

/** The enabled keys, the most useful first; always with help and quit. */
export function footerHints(state: State): readonly FooterHint[] {
  const scope = currentKeyContext(state);
  switch (scope) {
    case 'question':
      return questionHints(state);
    case 'picker':
      return [
        ...digitsOfPicker(state),
        hint('enter', state.view.overlay?.kind === 'find' ? 'go there' : 'choose', true),
        hint(UP_AND_DOWN, 'move'),
        hint('esc', 'back', true),
        typeHint('find'),
      ];
    case 'list':
    case 'hits':
    case 'transcript': {
      const isList = scope === 'list';
      const orders = paneOrders(state.actionTables);
      const order = isList ? orders.list : scope === 'hits' ? orders.hits : orders.transcript;
      const canMove = visibleTasks(state).length > (isList ? 1 : 0);
      return [
        ...(canMove
          ? isList
            ? moveHint(state, 'move', ['up', 'down'])
            : moveHint(state, 'scroll', ['scroll-up', 'scroll-down'])
          : []),
        ...digitHint(state, 'answer-option'),
        ...withOwnHints(
          state,
          commandHints(state, scope, [...urgentCommands(state), ...withWorktree(state, order, isList)]),
        ),
      ];
    }
    case 'options':
      return [
        ...digitHint(state, 'option-number'),
        ...commandHints(state, scope, ['take-option', 'answer-in-words']),
        hint('esc', 'back', true),
        ...moveHint(state, 'move', ['previous-option', 'next-option']),
        ...commandHints(state, scope, ['previous-question', 'question-in-full']),
      ];
    case 'field':
      return [
        ...keyHint(state, 'take-choice', 'choose', true),
        ...keyHint(state, 'leave-form', 'back', true),
        ...keyHint(state, 'next-field', 'next field'),
        ...(state.view.openForm !== null && isTextField(state.view.openForm.field)
          ? []
          : [...moveHint(state, 'move', ['choice-up', 'choice-down']), typeHint('find')]),
        ...commandHints(state, scope, ['copy-sign-in']),
      ];
    case 'form':
    case 'prompt':
      if (activePromptSearch(state) !== null)
        return [
          typeHint('find'),
          ...keyHint(state, 'search-history', 'older'),
          hint('enter', 'choose', true),
          hint('esc', 'back', true),
        ];
      return [
        ...keyHint(state, 'send', scope === 'form' ? 'start' : editedPromptHint(state), true),
        ...keyHint(state, 'leave-prompt', 'back', true),
        ...commandHints(state, scope, ['complete-command', 'next-field', 'copy-sign-in']),
        hint('alt+enter', 'new line'),
        ...(editedComment(state) === null ? [hint(UP_AND_DOWN, 'earlier prompts')] : []),
        ...commandHints(state, scope, ['attach', 'search-history', 'editor']),
      ];
    case 'filter':
      return [
        hint('enter', 'keep', true),
        hint('esc', 'back', true),
        ...moveHint(state, 'move', ['filter-up', 'filter-down']),
      ];
    case 'search':
      return [hint('enter', 'keep the hits', true), hint('esc', 'back', true)];
    case 'rename':
      return [
        hint('enter', 'rename', true),
        hint('esc', 'back', true),
        ...commandHints(state, scope, ['propose-title']),
      ];
    case 'attach':
      return [
        hint('enter', 'attach', true),
        hint('esc', 'back', true),
        ...commandHints(state, scope, ['complete-path', 'detach-last']),
      ];
    case 'save':
      return [hint('enter', 'save', true), hint('esc', 'back', true)];
    case 'outcome':
      return [...moveHint(state, 'scroll', ['outcome-up', 'outcome-down']), hint('esc', 'close', true)];
    case 'requests':
      return [
        ...moveHint(state, 'scroll', ['requests-up', 'requests-down']),
        hint('esc', 'close', true),
        ...commandHints(state, scope, ['requests-copy', 'requests-end']),
      ];
    case 'peek':
      return [
        ...moveHint(state, 'scroll', ['peek-up', 'peek-down']),
        ...digitHint(state, 'peek-answer'),
        hint('esc', 'close', true),
        ...commandHints(state, scope, ['peek-write', 'peek-link', 'peek-copy']),
        ...moveHint(state, 'other task', ['peek-previous', 'peek-next']),
        ...commandHints(state, scope, ['peek-next-that-needs-you']),
      ];
    case 'worktree':
      return [
        ...moveHint(state, 'move', ['worktree-up', 'worktree-down']),
        ...keyHint(state, 'worktree-choose', 'choose', true),
        hint('esc', 'close', true),
        ...commandHints(state, scope, ['worktree-link', 'worktree-reload']),
      ];
    case 'diff':
      return [
        ...moveHint(state, 'move', ['diff-up', 'diff-down']),
        ...keyHint(state, 'diff-close', 'back', true),
        ...commandHints(state, scope, [
          'diff-next-hit',
          'next-hunk',
          'comment',
          'send-comments',
          'next-file',
          'diff-switch',
          'edit-file',
          'diff-search',
          'diff-page',
          'diff-copy',
          'diff-link',
          'diff-reload',
          'diff-wrap',
          'diff-help',
        ]),
      ];
    case 'help':
      if (state.view.overlay?.kind === 'help' && state.view.overlay.typing === true)
        return [
          hint('enter', 'keep', true),
          hint('esc', 'show all', true),
          ...moveHint(state, 'scroll', ['help-up', 'help-down']),
          typeHint('find'),
        ];
      return [
        ...moveHint(state, 'scroll', ['help-up', 'help-down']),
        ...pageHint(state),
        ...commandHints(state, scope, ['help-find']),
        hint('esc', 'close', true),
      ];
    default:
      return [
        ...moveHint(state, 'move', ['outbox-up', 'outbox-down']),
        ...commandHints(state, scope, [
          'outbox-there',
          'outbox-again',
          'outbox-edit',
          'outbox-cancel',
          'outbox-later',
          'outbox-earlier',
        ]),
        hint('esc', 'close', true),
      ];
  }
}

/** The digits that answer the question in reach; empty without one. */
function digitHint(state: State, id: string): readonly FooterHint[] {
  const command = commandById(state, id);
  if (command === undefined || availability(command, state) !== true) return [];
  const count = questionInReach(state)?.question.options.length ?? 0;
  const keys = keysOfCommand(state, id).slice(0, count);
  const [first] = keys;
  const last = keys.at(-1);
  if (first === undefined || last === undefined) return [];
  if (first === last) return [hint(first, 'answer')];
  return [{ ...hint(`${first}-${last}`, 'answer'), clicks: [first, last] }];
}

/** The digits that choose at once in the open picker; empty for none. */
function digitsOfPicker(state: State): readonly FooterHint[] {
  const { overlay } = state.view;
  const keys =
    overlay?.kind === 'snooze' ? snoozeItems(state, overlay.taskIds ?? []).map(({ id }) => id) : [];
  return keys.length === 0 ? [] : [hint(`${keys[0]}-${keys.at(-1)}`, 'snooze', true)];
}

/** The effect of sending on the edited prompt, or of a message. */
function editedPromptHint(state: State): string {
  if (editedComment(state) !== null) return 'keep';
  if (state.view.answeredQuestion !== null) return 'answer';
  const task = taskById(state, state.view.initialPromptTaskId);
  return task === null ? 'send' : chatFacts(task) === null ? 'save' : 'replace';
}

/** The commands, and that of a worktree beside the changes in it; in the list both come right after the prompt. */
function withWorktree(state: State, order: readonly string[], isList: boolean): readonly string[] {
  const task = selectedTask(state);
  if (task === null || worktreeOf(task) === null) return order;
  return isList
    ? [...new Set(['question', 'answer', 'diff', 'workspace', ...order])]
    : order.flatMap((id) => (id === 'diff' ? ['diff', 'workspace'] : [id]));
}

/** The most important commands in the current state. */
function urgentCommands({ listFreshness, view, bulkOperations }: State): readonly string[] {
  if (listFreshness.requestedAt === null) return ['repaint'];
  return [
    ...(pendingBulkOperation({ bulkOperations }) === null ? [] : ['take-back']),
    ...(view.marked.size === 0 ? [] : ['unmark-all']),
    ...(view.needsAttentionIds === null ? [] : ['only-those-that-need-you']),
  ];
}

const hint = (key: string, words: string, pinned = false): FooterHint => ({
  key,
  words,
  short: words,
  pinned,
});

const typeHint = (what: string): FooterHint => ({ ...hint('type', `to ${what}`), clicks: [] });

/** The commands of each pane by usefulness; disabled ones are left out. The help has the key that pins. */
const paneOrders = memoize((tables: readonly ActionTable[]) => {
  // The key of the other action runs the one that stands for it.
  const actions = tables
    .flatMap((table) => table.actions)
    .filter(({ id, standsFor }) => standsFor === undefined && id !== PIN);
  const ids = (some: readonly Action[]): readonly string[] => [...new Set(some.map(({ id }) => id))];
  const transcript = [
    'open-part',
    'answer',
    'follow',
    'search',
    'copy-message',
    'diff',
    'zoom',
    'wrap',
    ...ids(actions.filter(({ removesTask }) => !removesTask)),
    'other-pane',
    'next-that-needs-you',
    'outbox',
    ...ids(actions.filter(({ removesTask }) => removesTask)),
    'new',
    'help',
    'quit',
  ];
  return {
    list: [
      'expand-group',
      'question',
      'answer',
      ...ids(actions),
      'new',
      'filter',
      'next-that-needs-you',
      'acknowledge',
      'snooze',
      'outbox',
      'other-pane',
      'follow',
      'diff',
      'owner',
      'places',
      'help',
      'quit',
    ],
    transcript,
    hits: ['next-hit', 'previous-hit', 'end-search', ...transcript],
  };
});

/** The place of the user's commands in the footer, after the most useful ones, and how many have one. */
const OWN_PLACE = 3;
const MAX_OWN = 3;

/** Adds the commands of the user that can run now. */
function withOwnHints(state: State, hints: readonly FooterHint[]): readonly FooterHint[] {
  const own = ownCommands(state).flatMap((command): readonly FooterHint[] => {
    const [key] = command.keys;
    if (key === undefined || availability(command, state) !== true) return [];
    return typeof command.hint === 'string' ? [hint(key, command.hint)] : [];
  });
  return [...hints.slice(0, OWN_PLACE), ...own.slice(0, MAX_OWN), ...hints.slice(OWN_PLACE)];
}

const PINNED: ReadonlySet<string> = new Set(['help', 'quit', 'diff-help']);
/** On a narrow screen the key for the other pane is the only way to it. */
const PINNED_NARROW: ReadonlySet<string> = new Set([...PINNED, 'other-pane']);

function commandHints(state: State, keyContext: KeyContext, order: readonly string[]): readonly FooterHint[] {
  const scopes = keyContextsFor(keyContext);
  const pinned = screenLayout(state).kind === 'narrow' ? PINNED_NARROW : PINNED;
  return order.flatMap((id) => {
    const command = commandById(state, id);
    if (command === undefined || !scopes.includes(command.keyContext)) return [];
    if (availability(command, state) !== true || command.applies?.(state) === false) return [];
    const { hint = command.id } = command;
    const words = typeof hint === 'string' ? hint : hint(state);
    const { shortHint: short = words } = command;
    const key = keysOf(command, state.customKeys).find((each) => !isTaken(state, keyContext, each, id));
    if (key === undefined) return [];
    return [{ key, words, short, pinned: pinned.has(id) }];
  });
}

/** Whether a command that has its keys only at times has this one now. */
function isTaken(state: State, keyContext: KeyContext, key: string, id: string): boolean {
  const command = commandIn(state, keyContext, key);
  return command !== null && command.applies !== undefined && command.id !== id;
}

/** The key of a command with its own words; empty if it has none. */
function keyHint(state: State, id: string, words: string, pinned = false): readonly FooterHint[] {
  const key = keyOf(state, id);
  return key === undefined ? [] : [hint(key, words, pinned)];
}

/** The keys of two movement commands, as arrows unless they were remapped. */
function moveHint(state: State, words: string, [up, down]: readonly [string, string]) {
  if (hasKey(state, up, 'up') && hasKey(state, down, 'down')) return [hint(UP_AND_DOWN, words)];
  const keys = [keyOf(state, up), keyOf(state, down)].filter((key) => key !== undefined);
  return keys.length === 0 ? [] : [{ ...hint(keys.join(' '), words), clicks: keys }];
}

function pageHint(state: State): readonly FooterHint[] {
  return hasKey(state, 'help-page-down', 'space')
    ? [hint('space', 'page')]
    : keyHint(state, 'help-page-down', 'page');
}

const hasKey = (state: State, id: string, key: string): boolean => keysOfCommand(state, id).includes(key);

const keyOf = (state: State, id: string): string | undefined => keysOfCommand(state, id)[0];

/** The answers of a question, unless its own line shows them. */
function questionHints(state: State): readonly FooterHint[] {
  const question = questionOf(state);
  if (question === null || question.hasKeys) return [];
  return question.answers.map(([key, words]) => hint(key, words));
}
