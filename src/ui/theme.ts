import { Chalk } from 'chalk';
import type { SpanStyle } from '../domain/markdown/styled-text.ts';
import type { Phase } from '../domain/phase.ts';
import type { TimelineSpan } from '../domain/timeline.ts';
import { hyperlink } from '../terminal/hyperlink.ts';

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

export interface ThemeOptions {
  /** False with NO_COLOR or on a terminal without colours: bold, dim and inverse remain. */
  readonly color: boolean;
  /** Whether the terminal has hyperlinks. Default: false. */
  readonly links?: boolean;
  /** Use ASCII signs. Default: false. */
  readonly ascii?: boolean;
}

const PLAIN: Style = (text) => text;

export function createTheme({ color, links = false, ascii = false }: ThemeOptions): Theme {
  const chalk = new Chalk({ level: 1 });
  // Chalk joins all its arguments; a style has a single one, so that it works with map.
  const style =
    (paint: Style): Style =>
    (text) =>
      paint(text);
  const colored = (paint: Style, otherwise: Style = PLAIN): Style => style(color ? paint : otherwise);
  const bad = colored(chalk.red, chalk.bold);
  const attention = colored(chalk.yellow, chalk.bold);
  const dim = style(chalk.dim);
  const working = colored(chalk.cyan);
  const complete = colored(chalk.green);
  const moving = colored(chalk.magenta);
  return {
    title: style(chalk.bold),
    dim,
    strong: style(chalk.bold),
    accent: colored(chalk.cyan),
    bad,
    attention,
    selected: style(chalk.inverse),
    border: dim,
    focusedBorder: colored(chalk.cyan),
    you: colored(chalk.cyan, chalk.bold),
    agent: colored(chalk.green, chalk.bold),
    phase: (phase) => {
      switch (phase) {
        case 'working':
          return working;
        case 'idle':
          return attention;
        case 'complete':
          return complete;
        case 'failed':
        case 'error':
          return bad;
        case 'paused':
        case 'unknown':
          return dim;
        default:
          return moving;
      }
    },
    text: {
      strong: style(chalk.bold),
      emphasis: style(chalk.italic),
      struck: style(chalk.strikethrough),
      code: colored(chalk.cyan),
      link: style(chalk.underline),
      address: dim,
      heading: style(chalk.bold),
      mark: dim,
      added: complete,
      removed: bad,
      hunk: colored(chalk.cyan, dim),
      hit: colored(chalk.yellow.underline, chalk.underline),
      'current-hit': style(chalk.inverse),
    },
    link: links ? hyperlink : PLAIN,
    glyphs: ascii ? ASCII : UNICODE,
  };
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
