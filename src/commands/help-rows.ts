import { withKeyNames } from '../domain/key-placeholder.ts';
import { wrap } from '../domain/text/wrap.ts';
import type { State } from '../store/state.ts';
import { type KeyContext, keysOf } from './command.ts';
import { LEGEND, type Sign } from './help-legend.ts';
import { type HelpSection, helpSections, type ListedCommand } from './help-sections.ts';

/** One row of the help. Plain text; the parts are styled where they are drawn. */
export type HelpRow =
  | { readonly kind: 'blank' }
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'entry';
      /** Empty where a text goes on. */
      readonly keys: string;
      readonly text: string;
      /** Why the command cannot run now; empty in rows that hold no part of a reason. */
      readonly reason: string;
      /** The command cannot run now. */
      readonly disabled: boolean;
    }
  | { readonly kind: 'sign'; readonly sign: Sign; readonly text: string };

/** Widths of the columns of the help. */
export interface HelpColumns {
  readonly keys: number;
  readonly text: number;
  /** 0 where the reason stands below the text: there is no room beside it. */
  readonly reason: number;
}

/** Blanks before the first column, between two columns and behind the last one. */
const MARGIN = 2;
const GAP = 2;
const END = 1;
/** Room for `pgdn space ctrl+d`. */
const KEYS = 17;
const LEAST_KEYS = 4;
const LEAST_TEXT = 24;
/** Room for nearly every title in one row. */
const TEXT = 34;
/** A narrower column of reasons would break every one of them. */
const LEAST_REASON = 20;

/** The columns of a help of `width` columns. Longer keys push their text to the next row. */
export function helpColumns(width: number): HelpColumns {
  const keys = Math.max(LEAST_KEYS, Math.min(KEYS, width - MARGIN - GAP - END - LEAST_TEXT));
  const rest = Math.max(1, width - MARGIN - keys - GAP - END);
  const reason = rest - TEXT - GAP;
  return reason < LEAST_REASON ? { keys, text: rest, reason: 0 } : { keys, text: TEXT, reason };
}

/** Columns of a text without a reason beside it. */
const wholeText = ({ text, reason }: HelpColumns): number => (reason === 0 ? text : text + GAP + reason);

/** Every command with its keys and the reason why it cannot run now, then the signs; in rows of `width` columns. */
export function helpRows(state: State, width: number): readonly HelpRow[] {
  const { overlay } = state.view;
  const wanted = overlay?.kind === 'help' ? wordsOf(overlay.find ?? '') : [];
  const holds = (text: string): boolean => wanted.every((word) => text.toLowerCase().includes(word));
  const columns = helpColumns(width);
  const sections = [
    ...inOrder(state).map((section): readonly HelpRow[] =>
      headed(
        section.title,
        entriesOf(section, state)
          .filter(({ found }) => holds(`${section.title} ${found}`))
          .flatMap((entry) => entryRows(entry, columns)),
      ),
    ),
    headed(
      SIGNS,
      LEGEND.filter(({ meaning }) => holds(`${SIGNS} ${meaning}`)).flatMap(({ sign, meaning }) =>
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
const inOrder = ({ view }: State): readonly HelpSection[] =>
  view.pane === 'list'
    ? helpSections
    : [
        ...helpSections.filter(({ pane }) => pane === view.pane),
        ...helpSections.filter(({ pane }) => pane !== view.pane),
      ];

interface Entry {
  readonly keys: string;
  readonly text: string;
  readonly reason: string;
  /** The text that the filter searches. */
  readonly found: string;
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/u).filter(Boolean);

const entriesOf = ({ commands, editing }: HelpSection, state: State): readonly Entry[] => [
  ...commands.map((command) => entryOf(command, state)),
  ...editing.map(([keys, text]) => ({ keys, text, reason: '', found: `${keys} ${text}` })),
];

/** `enabled` of a command of an overlay needs that overlay to be open, so it says nothing while the help is open. */
const OF_OVERLAYS: ReadonlySet<KeyContext> = new Set(['outbox', 'outcome', 'form', 'field']);

function entryOf(command: ListedCommand, state: State): Entry {
  const availability = OF_OVERLAYS.has(command.keyContext) ? true : (command.enabled?.(state) ?? true);
  const reason = availability === true ? '' : withKeyNames(availability, state.keyNames);
  const named = keysOf(command, state.customKeys);
  const keys = named.map(shortKey).join(' ') || wayTo(command, state);
  const { title, id } = command;
  return { keys, text: title, reason, found: `${named.join(' ')} ${keys} ${title} ${reason} ${id}` };
}

/** The key as the help writes it: page keys are the only ones that are too long for their column. */
export const shortKey = (key: string): string => key.replace('pagedown', 'pgdn').replace('pageup', 'pgup');

/** How the palette finds a command without a key; `-` where it does not. */
function wayTo({ id }: ListedCommand, { keyNames }: State): string {
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
  const texts = wrap(text, isBeside ? columns.text : wholeText(columns));
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
  const [first = '', ...rest] = wrap(meaning, wholeText(columns));
  return [
    { kind: 'sign', sign, text: first },
    ...rest.map((text): HelpRow => ({ kind: 'entry', keys: '', text, reason: '', disabled: false })),
  ];
}
