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
  /** Plain text if the terminal has no hyperlinks. */
  readonly link: (text: string, address: string) => string;
  readonly glyphs: Glyphs;
}

/** Each one column wide, except keys. */
export interface Glyphs {
  readonly phase: Readonly<Record<Phase, string>>;
  readonly pointer: string;
  /** An unseen row. */
  readonly unseen: string;
  /** A marked row. */
  readonly marked: string;
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
    paused: '_',
    unknown: '.',
  },
};
