import { type Command, type KeyContext, keysOf } from '../../commands/command.ts';
import { commandsOf, keyContextsFor } from '../../commands/command-registry.ts';
import { currentKeyContext } from '../../commands/dispatch-key.ts';
import type { Action, ActionTable } from '../../domain/action.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { pendingBulkOperation } from '../../store/bulk-progress.ts';
import { memoize } from '../../store/memoize.ts';
import { activePromptSearch } from '../../store/prompt-history-search.ts';
import { visibleTasks } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { screenLayout } from '../../view/layout/screen-layout.ts';
import { questionOf } from '../../view/questions/question.ts';
import type { Theme } from '../../view/theme.ts';
import { keyLabel } from '../widgets/key-label.ts';

const GAP = '  ';

interface Hint {
  readonly key: string;
  readonly words: string;
  /** A shorter variant. */
  readonly short: string;
  /** Always shown. */
  readonly pinned: boolean;
}

/** The enabled keys, the most useful first, as many as fit; always with help and quit. */
export function footerLine(state: State, theme: Theme): string {
  return ` ${fitHints(hintsFor(state, theme), state.size.columns - 2, theme)}`;
}

function hintsFor(state: State, theme: Theme): readonly Hint[] {
  const scope = currentKeyContext(state);
  const { upDown, enter } = theme.glyphs;
  switch (scope) {
    case 'question':
      return questionHints(state);
    case null:
      return [hint(enter, 'choose', true), hint(upDown, 'move'), hint('esc', 'back', true), typeHint('find')];
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
            ? moveHint(state, 'move', ['up', 'down'], theme)
            : moveHint(state, 'scroll', ['scroll-up', 'scroll-down'], theme)
          : []),
        ...commandHints(state, scope, [...urgentCommands(state), ...order], theme),
      ];
    }
    case 'field':
      return [
        ...keyHint(state, 'take-choice', 'choose', theme, true),
        ...keyHint(state, 'leave-form', 'back', theme, true),
        ...keyHint(state, 'next-field', 'next field', theme),
        ...(state.view.openForm?.field === 'name'
          ? []
          : [...moveHint(state, 'move', ['choice-up', 'choice-down'], theme), typeHint('find')]),
        ...commandHints(state, scope, ['copy-sign-in'], theme),
      ];
    case 'form':
    case 'prompt':
      if (activePromptSearch(state) !== null)
        return [
          typeHint('find'),
          ...keyHint(state, 'search-history', 'older', theme),
          hint(enter, 'choose', true),
          hint('esc', 'back', true),
        ];
      return [
        ...keyHint(
          state,
          'send',
          scope === 'form' ? 'start' : state.view.initialPromptTaskId !== null ? 'save' : 'send',
          theme,
          true,
        ),
        ...keyHint(state, 'leave-prompt', 'back', theme, true),
        ...commandHints(state, scope, ['next-field', 'copy-sign-in'], theme),
        hint('alt+enter', 'new line'),
        hint(upDown, 'earlier prompts'),
        ...commandHints(state, scope, ['search-history', 'editor'], theme),
      ];
    case 'filter':
      return [
        hint(enter, 'keep', true),
        hint('esc', 'back', true),
        ...moveHint(state, 'move', ['filter-up', 'filter-down'], theme),
      ];
    case 'search':
      return [hint(enter, 'keep the hits', true), hint('esc', 'back', true)];
    case 'save':
      return [hint(enter, 'save', true), hint('esc', 'back', true)];
    case 'outcome':
      return [
        ...moveHint(state, 'scroll', ['outcome-up', 'outcome-down'], theme),
        hint('esc', 'close', true),
      ];
    case 'help':
      if (state.view.overlay?.kind === 'help' && state.view.overlay.typing === true)
        return [
          hint(enter, 'keep', true),
          hint('esc', 'show all', true),
          ...moveHint(state, 'scroll', ['help-up', 'help-down'], theme),
          typeHint('find'),
        ];
      return [
        ...moveHint(state, 'scroll', ['help-up', 'help-down'], theme),
        ...pageHint(state, theme),
        ...commandHints(state, scope, ['help-find'], theme),
        hint('esc', 'close', true),
      ];
    default:
      return [
        ...moveHint(state, 'move', ['outbox-up', 'outbox-down'], theme),
        ...commandHints(
          state,
          scope,
          ['outbox-there', 'outbox-again', 'outbox-edit', 'outbox-cancel', 'outbox-later', 'outbox-earlier'],
          theme,
        ),
        hint('esc', 'close', true),
      ];
  }
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

const hint = (key: string, words: string, pinned = false): Hint => ({ key, words, short: words, pinned });

const typeHint = (what: string): Hint => hint('type', `to ${what}`);

/** The commands of each pane by usefulness; disabled ones are left out. */
const paneOrders = memoize((tables: readonly ActionTable[]) => {
  // The key of the other action runs the one that stands for it.
  const actions = tables.flatMap((table) => table.actions).filter(({ standsFor }) => standsFor === undefined);
  const ids = (some: readonly Action[]): readonly string[] => [...new Set(some.map(({ id }) => id))];
  const transcript = [
    'answer',
    'follow',
    'search',
    'copy-message',
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
      'answer',
      ...ids(actions),
      'new',
      'filter',
      'next-that-needs-you',
      'outbox',
      'other-pane',
      'follow',
      'owner',
      'places',
      'help',
      'quit',
    ],
    transcript,
    hits: ['next-hit', 'previous-hit', 'end-search', ...transcript],
  };
});

const PINNED: ReadonlySet<string> = new Set(['help', 'quit']);
/** On a narrow screen the key for the other pane is the only way to it. */
const PINNED_NARROW: ReadonlySet<string> = new Set([...PINNED, 'other-pane']);

function commandHints(state: State, keyContext: KeyContext, order: readonly string[], theme: Theme): Hint[] {
  const scopes = keyContextsFor(keyContext);
  const pinned = screenLayout(state).kind === 'narrow' ? PINNED_NARROW : PINNED;
  return order.flatMap((id) => {
    const command = commandById(state, id);
    if (command === undefined || !scopes.includes(command.keyContext)) return [];
    if ((command.enabled?.(state) ?? true) !== true) return [];
    const { hint = command.id } = command;
    const words = typeof hint === 'string' ? hint : hint(state);
    const { shortHint: short = words } = command;
    const [key] = keysOf(command, state.customKeys);
    if (key === undefined) return [];
    return [{ key: keyLabel(key, theme), words, short, pinned: pinned.has(id) }];
  });
}

const commandById = ({ actionTables }: Pick<State, 'actionTables'>, id: string): Command | undefined =>
  commandsById(actionTables).get(id);

const commandsById = memoize(
  (tables: readonly ActionTable[]): ReadonlyMap<string, Command> =>
    new Map(commandsOf(tables).map((command) => [command.id, command])),
);

/** The key of a command with its own words; empty if it has none. */
function keyHint(state: State, id: string, words: string, theme: Theme, pinned = false): readonly Hint[] {
  const key = keyOf(state, id);
  return key === undefined ? [] : [hint(keyLabel(key, theme), words, pinned)];
}

/** The keys of two movement commands, as arrows unless they were remapped. */
function moveHint(state: State, words: string, [up, down]: readonly [string, string], theme: Theme) {
  if (hasKey(state, up, 'up') && hasKey(state, down, 'down')) return [hint(theme.glyphs.upDown, words)];
  const keys = [keyOf(state, up), keyOf(state, down)].filter((key) => key !== undefined);
  return keys.length === 0 ? [] : [hint(keys.join(' '), words)];
}

function pageHint(state: State, theme: Theme): readonly Hint[] {
  return hasKey(state, 'help-page-down', 'space')
    ? [hint('space', 'page')]
    : keyHint(state, 'help-page-down', 'page', theme);
}

const hasKey = (state: State, id: string, key: string): boolean => keysOfCommand(state, id).includes(key);

const keyOf = (state: State, id: string): string | undefined => keysOfCommand(state, id)[0];

function keysOfCommand(state: State, id: string): readonly string[] {
  const command = commandById(state, id);
  return command === undefined ? [] : keysOf(command, state.customKeys);
}

/** The answers of a question, unless its own line shows them. */
function questionHints(state: State): readonly Hint[] {
  const question = questionOf(state);
  if (question === null || question.hasKeys) return [];
  return question.answers.map(([key, words]) => hint(key, words));
}

function fitHints(hints: readonly Hint[], columns: number, theme: Theme): string {
  const width = (key: string, words: string): number => displayWidth(`${key} ${words}`) + GAP.length;
  const total = hints.reduce((sum, { key, words }) => sum + width(key, words), -GAP.length);
  const wordsOf = (each: Hint): string => (total <= columns ? each.words : each.short);
  let room = columns + GAP.length;
  for (const each of hints) if (each.pinned) room -= width(each.key, wordsOf(each));
  const visible = hints.filter((each) => {
    if (each.pinned) return true;
    room -= width(each.key, wordsOf(each));
    return room >= 0;
  });
  // With long custom keys not even the pinned hints may fit.
  return truncate(
    visible.map((each) => `${theme.accent(each.key)} ${theme.dim(wordsOf(each))}`).join(GAP),
    columns,
  );
}
