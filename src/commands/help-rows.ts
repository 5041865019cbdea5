import { withKeyNames } from '../domain/key-placeholder.ts';
import { wrap } from '../domain/text/wrap.ts';
import type { State } from '../store/state.ts';
import { LEGEND, type Sign } from '../view/overlays/help-legend.ts';
import { type KeyContext, keysOf } from './command.ts';
import { type HelpSection, helpSectionsOf, type ListedCommand } from './help-sections.ts';

/** One row of the help, unstyled. */
export type HelpRow =
  | { readonly kind: 'blank' }
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'entry';
      /** Empty in continuation rows. */
      readonly keys: string;
      readonly text: string;
      /** A part of the reason why the command cannot run now, or empty. */
      readonly reason: string;
      readonly disabled: boolean;
    }
  | { readonly kind: 'sign'; readonly sign: Sign; readonly text: string };

/** Widths of the columns of the help. */
export interface HelpColumns {
  readonly keys: number;
  readonly text: number;
  /** 0 when the reason is below the text, for lack of room. */
  readonly reason: number;
}

/** Blanks before the first column, between columns and after the last one. */
const MARGIN = 2;
const GAP = 2;
const END = 1;
/** Width of `pgdn space ctrl+d`. */
const KEYS = 17;
const LEAST_KEYS = 4;
const LEAST_TEXT = 24;
/** Width of the longest title. */
const TEXT = 34;
/** A narrower column would wrap every reason. */
const LEAST_REASON = 20;

/** Keys that are longer than their column push their text to the next row. */
export function helpColumns(width: number): HelpColumns {
  const keys = Math.max(LEAST_KEYS, Math.min(KEYS, width - MARGIN - GAP - END - LEAST_TEXT));
  const rest = Math.max(1, width - MARGIN - keys - GAP - END);
  const reason = rest - TEXT - GAP;
  return reason < LEAST_REASON ? { keys, text: rest, reason: 0 } : { keys, text: TEXT, reason };
}

/** Width of a text without a reason beside it. */
const fullTextWidth = ({ text, reason }: HelpColumns): number => (reason === 0 ? text : text + GAP + reason);

/** All commands with keys and the reason why they cannot run now, then the signs, filtered; rows of `width` columns. */
export function helpRows(state: State, width: number): readonly HelpRow[] {
  const { overlay } = state.view;
  const searchWords = overlay?.kind === 'help' ? wordsOf(overlay.find ?? '') : [];
  const matches = (text: string): boolean => searchWords.every((word) => text.toLowerCase().includes(word));
  const columns = helpColumns(width);
  const sections = [
    ...sectionsInOrder(state).map((section): readonly HelpRow[] =>
      headed(
        section.title,
        entriesOf(section, state)
          .filter(({ searchText }) => matches(`${section.title} ${searchText}`))
          .flatMap((entry) => entryRows(entry, columns)),
      ),
    ),
    headed(
      SIGNS,
      LEGEND.filter(({ meaning }) => matches(`${SIGNS} ${meaning}`)).flatMap(({ sign, meaning }) =>
        signRows(sign, meaning, columns),
      ),
    ),
  ].filter((rows) => rows.length > 0);
  if (sections.length === 0) return [{ kind: 'heading', text: 'No matching keys.' }];
  return sections.flatMap((rows, index) => (index === 0 ? rows : [{ kind: 'blank' }, ...rows]));
}

const SIGNS = 'Signs';

const headed = (title: string, rows: readonly HelpRow[]): readonly HelpRow[] =>
  rows.length === 0 ? [] : [{ kind: 'heading', text: title }, ...rows];

/** The sections of the focused pane come first. */
function sectionsInOrder({ view, actionTables }: State): readonly HelpSection[] {
  const sections = helpSectionsOf(actionTables);
  return view.pane === 'list'
    ? sections
    : [
        ...sections.filter(({ pane }) => pane === view.pane),
        ...sections.filter(({ pane }) => pane !== view.pane),
      ];
}

interface Entry {
  readonly keys: string;
  readonly text: string;
  readonly reason: string;
  readonly searchText: string;
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/u).filter(Boolean);

const entriesOf = ({ commands, editing }: HelpSection, state: State): readonly Entry[] => [
  ...commands.map((command) => entryOf(command, state)),
  ...editing.map(([keys, text]) => ({ keys, text, reason: '', searchText: `${keys} ${text}` })),
];

/** Commands of overlays always count as available: their rules need the overlay to be open. */
const OVERLAY_CONTEXTS: ReadonlySet<KeyContext> = new Set(['outbox', 'outcome', 'form', 'field']);

function entryOf(command: ListedCommand, state: State): Entry {
  const availability = OVERLAY_CONTEXTS.has(command.keyContext) ? true : (command.enabled?.(state) ?? true);
  const reason = availability === true ? '' : withKeyNames(availability, state.keyNames);
  const commandKeys = keysOf(command, state.customKeys);
  const keys = commandKeys.map(shortKey).join(' ') || paletteInput(command, state);
  const { title, id } = command;
  return {
    keys,
    text: title,
    reason,
    searchText: `${commandKeys.join(' ')} ${keys} ${title} ${reason} ${id}`,
  };
}

/** Shortens page keys, the only names that are too long for the column. */
export const shortKey = (key: string): string => key.replace('pagedown', 'pgdn').replace('pageup', 'pgup');

/** The palette input that finds a command without a key; `-` if the palette does not list it. */
function paletteInput({ id }: ListedCommand, { keyNames }: State): string {
  const name = keyNames[id] ?? '';
  return name.startsWith('“') || name === '' ? '-' : name;
}

function entryRows({ keys, text, reason }: Entry, columns: HelpColumns): readonly HelpRow[] {
  const disabled = reason !== '';
  const row = (about: { keys?: string; text?: string; reason?: string }): HelpRow => ({
    kind: 'entry',
    keys: '',
    text: '',
    reason: '',
    disabled,
    ...about,
  });
  const isBeside = disabled && columns.reason > 0;
  const texts = wrap(text, isBeside ? columns.text : fullTextWidth(columns));
  const reasons = isBeside ? wrap(reason, columns.reason) : [];
  const rows = Array.from({ length: Math.max(texts.length, reasons.length) }, (_, index) => ({
    text: texts[index] ?? '',
    reason: reasons[index] ?? '',
  }));
  const below = disabled && !isBeside ? wrap(`not now: ${reason}`, columns.text) : [];
  const isLong = keys.length > columns.keys;
  return [
    ...(isLong ? [row({ keys })] : []),
    ...rows.map((each, index) => row(index === 0 && !isLong ? { keys, ...each } : each)),
    ...below.map((words) => row({ reason: words })),
  ];
}

function signRows(sign: Sign, meaning: string, columns: HelpColumns): readonly HelpRow[] {
  const [first = '', ...rest] = wrap(meaning, fullTextWidth(columns));
  return [
    { kind: 'sign', sign, text: first },
    ...rest.map((text): HelpRow => ({ kind: 'entry', keys: '', text, reason: '', disabled: false })),
  ];
}
