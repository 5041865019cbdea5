import { Chalk } from 'chalk';
import type { SpanStyle } from '../domain/markdown/styled-text.ts';
import type { Phase } from '../domain/phase.ts';
import type { TimelineSpan } from '../domain/timeline.ts';
import { hyperlink } from '../terminal/hyperlink.ts';

/** A way to style text. */
export type Style = (text: string) => string;

/**
 * Everything about how taskdeck looks that is not layout. Colours are the terminal's own, and of these the five that can be read on
 * a light background as on a dark one: not blue, nor anything near to black or white. Never together with bold, which many
 * terminals show as the bright one of a colour.
 */
export interface Theme {
  readonly title: Style;
  readonly dim: Style;
  readonly strong: Style;
  readonly accent: Style;
  readonly bad: Style;
  readonly attention: Style;
  /** The selected row of the pane that has the focus. */
  readonly selected: Style;
  readonly border: Style;
  readonly focusedBorder: Style;
  readonly you: Style;
  readonly agent: Style;
  readonly phase: (phase: Phase) => Style;
  /** Parts of what an agent wrote. What a style says is also said by signs in the text. */
  readonly text: Readonly<Record<SpanStyle, Style>>;
  /** Text that is a link, where the terminal shows links. */
  readonly link: (text: string, address: string) => string;
  readonly glyphs: Glyphs;
}

/** Each one column wide, but those of keys. */
export interface Glyphs {
  readonly phase: Readonly<Record<Phase, string>>;
  readonly pointer: string;
  /** Stands at a row that nobody has looked at. */
  readonly unseen: string;
  /** Stands at a row that is marked. */
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
  /** Keys, as hints name them. */
  readonly enter: string;
  readonly upDown: string;
  /** For what fills a bar, and for what is left of it. */
  readonly bar: { readonly strong: string; readonly thin: string };
  /** From the lowest level, which stands for nothing at all, to the highest. */
  readonly spark: readonly string[];
  /** What a task spent its time with; told apart without colours too. */
  readonly timeline: Readonly<Record<TimelineSpan['activity'], string>>;
}

export interface ThemeOptions {
  /** False where NO_COLOR is set or the terminal has none: bold, dim and inverse remain. */
  readonly color: boolean;
  /** Whether the terminal shows links; not where missing. */
  readonly links?: boolean;
  /** True where signs are ASCII; false where missing. */
  readonly ascii?: boolean;
}

const PLAIN: Style = (text) => text;

export function createTheme({ color, links = false, ascii = false }: ThemeOptions): Theme {
  const chalk = new Chalk({ level: 1 });
  // Chalk joins all its arguments; a style takes one, so that it can be handed to map.
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

/** The same without a sign that a plain terminal lacks. Those that Unicode tells apart differ here too. */
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
