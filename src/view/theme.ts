import type { SpanStyle } from '../domain/markdown/styled-text.ts';
import type { Phase } from '../domain/phase.ts';
import type { TimelineSpan } from '../domain/timeline.ts';

export type Style = (text: string) => string;

/**
 * The look of taskdeck, apart from layout. Uses the terminal's own colours, and only the five that are readable on light and
 * dark backgrounds. Never combines them with bold, which many terminals draw as a brighter colour.
 */
export interface Theme {
  readonly title: Style;
  readonly dim: Style;
  readonly strong: Style;
  readonly accent: Style;
  readonly bad: Style;
  readonly attention: Style;
  /** The selected row of the focused pane. */
  readonly selected: Style;
  readonly border: Style;
  readonly focusedBorder: Style;
  readonly you: Style;
  readonly agent: Style;
  readonly phase: (phase: Phase) => Style;
  /** Parts of an agent's text. No style is the only carrier of meaning. */
  readonly text: Readonly<Record<SpanStyle, Style>>;
  /** Plain text if the terminal has no hyperlinks. `isPartial`: the rest of the link is on another row. */
  readonly link: (text: string, address: string, isPartial?: boolean) => string;
  readonly glyphs: Glyphs;
}

/** The theme's sign for a key, or its name. */
export const keyLabel = (key: string, { glyphs }: Pick<Theme, 'glyphs'>): string =>
  key === 'enter' ? glyphs.enter : key === UP_AND_DOWN ? glyphs.upDown : key;

/** The arrow keys together, as a key of a hint. */
export const UP_AND_DOWN = 'up and down';

/** Each one column wide, except keys. */
export interface Glyphs {
  readonly phase: Readonly<Record<Phase, string>>;
  readonly pointer: string;
  /** An unseen row. */
  readonly unseen: string;
  /** A marked row. */
  readonly marked: string;
  /** A pinned row. */
  readonly pin: string;
  /** Rows with sub-agents, and sub-agents. */
  readonly tree: {
    readonly folded: string;
    readonly unfolded: string;
    readonly child: string;
    readonly lastChild: string;
  };
  readonly prompt: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly corners: {
    readonly topLeft: string;
    readonly topRight: string;
    readonly bottomLeft: string;
    readonly bottomRight: string;
  };
  /** Keys in hints. */
  readonly enter: string;
  readonly upDown: string;
  /** The filled and the empty part of a bar. */
  readonly bar: { readonly strong: string; readonly thin: string };
  /** From no activity to the highest level. */
  readonly spark: readonly string[];
  /** The activities of the timeline, distinguishable without colours. */
  readonly timeline: Readonly<Record<TimelineSpan['activity'], string>>;
}

export const UNICODE: Glyphs = {
  phase: {
    deleting: '✕',
    pausing: '‖',
    paused: '‖',
    queued: '○',
    starting: '○',
    resuming: '○',
    error: '✖',
    working: '◐',
    idle: '●',
    complete: '✔',
    failed: '✖',
    unknown: '?',
  },
  pointer: '▌',
  unseen: '•',
  marked: '■',
  pin: '⚑',
  tree: { folded: '▸', unfolded: '▾', child: '├', lastChild: '└' },
  prompt: '❯',
  horizontal: '─',
  vertical: '│',
  corners: { topLeft: '┌', topRight: '┐', bottomLeft: '└', bottomRight: '┘' },
  enter: '⏎',
  upDown: '↑↓',
  bar: { strong: '━', thin: '─' },
  spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  timeline: {
    queued: '┄',
    starting: '┅',
    working: '━',
    waiting: '─',
    done: '═',
    failed: 'x',
    paused: '╌',
    unknown: '·',
  },
};

/** The signs for ASCII terminals. Different Unicode signs stay different. */
export const ASCII: Glyphs = {
  phase: {
    deleting: 'x',
    pausing: '=',
    paused: '=',
    queued: 'o',
    starting: 'o',
    resuming: 'o',
    error: 'X',
    working: '@',
    idle: '*',
    complete: 'v',
    failed: 'X',
    unknown: '?',
  },
  pointer: '>',
  unseen: '!',
  marked: '#',
  pin: '^',
  tree: { folded: '+', unfolded: '-', child: '|', lastChild: '`' },
  prompt: '>',
  horizontal: '-',
  vertical: '|',
  corners: { topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+' },
  enter: 'enter',
  upDown: 'up/down',
  bar: { strong: '=', thin: '-' },
  spark: ['.', '_', '-', '=', '+', '*', '#', '@'],
  timeline: {
    queued: ',',
    starting: ':',
    working: '=',
    waiting: '-',
    done: '#',
    failed: 'x',
    paused: '_',
    unknown: '.',
  },
};

const AS_IT_IS: Style = (text) => text;

/** No styles, for words that are read out. */
export const PLAIN_THEME: Theme = {
  title: AS_IT_IS,
  dim: AS_IT_IS,
  strong: AS_IT_IS,
  accent: AS_IT_IS,
  bad: AS_IT_IS,
  attention: AS_IT_IS,
  selected: AS_IT_IS,
  border: AS_IT_IS,
  focusedBorder: AS_IT_IS,
  you: AS_IT_IS,
  agent: AS_IT_IS,
  phase: () => AS_IT_IS,
  text: {
    strong: AS_IT_IS,
    emphasis: AS_IT_IS,
    struck: AS_IT_IS,
    code: AS_IT_IS,
    link: AS_IT_IS,
    address: AS_IT_IS,
    heading: AS_IT_IS,
    mark: AS_IT_IS,
    plain: AS_IT_IS,
    added: AS_IT_IS,
    removed: AS_IT_IS,
    hunk: AS_IT_IS,
    hit: AS_IT_IS,
    'current-hit': AS_IT_IS,
  },
  link: AS_IT_IS,
  glyphs: UNICODE,
};
