import { Chalk } from 'chalk';
import type { Phase } from '../domain/phase.ts';

/** A way to style text. */
export type Style = (text: string) => string;

/** Everything about how taskdeck looks that is not layout. Colours are the terminal's own sixteen. */
export interface Theme {
  readonly title: Style;
  readonly dim: Style;
  readonly strong: Style;
  readonly accent: Style;
  readonly good: Style;
  readonly bad: Style;
  readonly attention: Style;
  /** The selected row of the pane that has the focus. */
  readonly selected: Style;
  readonly border: Style;
  readonly focusedBorder: Style;
  readonly you: Style;
  readonly agent: Style;
  readonly phase: (phase: Phase) => Style;
  readonly glyphs: Glyphs;
}

/** Each one column wide. */
export interface Glyphs {
  readonly phase: Readonly<Record<Phase, string>>;
  readonly pointer: string;
  readonly prompt: string;
  readonly horizontal: string;
  readonly vertical: string;
  readonly corners: {
    readonly topLeft: string;
    readonly topRight: string;
    readonly bottomLeft: string;
    readonly bottomRight: string;
  };
  readonly enter: string;
  readonly upDown: string;
}

export interface ThemeOptions {
  /** False where NO_COLOR is set or the terminal has none: bold, dim and inverse remain. */
  readonly color: boolean;
}

const PLAIN: Style = (text) => text;

export function createTheme({ color }: ThemeOptions): Theme {
  const chalk = new Chalk({ level: 1 });
  const only = (style: Style): Style => (color ? style : PLAIN);
  const bad = color ? chalk.red : chalk.bold;
  const attention = color ? chalk.yellow : chalk.bold;
  return {
    title: chalk.bold,
    dim: chalk.dim,
    strong: chalk.bold,
    accent: only(chalk.cyan),
    good: only(chalk.green),
    bad,
    attention,
    selected: chalk.inverse,
    border: chalk.dim,
    focusedBorder: only(chalk.cyan),
    you: color ? chalk.cyan.bold : chalk.bold,
    agent: color ? chalk.green.bold : chalk.bold,
    phase: (phase) => {
      switch (phase) {
        case 'working':
          return only(chalk.cyan);
        case 'idle':
          return attention;
        case 'complete':
          return only(chalk.green);
        case 'failed':
        case 'error':
          return bad;
        case 'paused':
        case 'unknown':
          return chalk.dim;
        default:
          return only(chalk.blue);
      }
    },
    glyphs: UNICODE,
  };
}

const UNICODE: Glyphs = {
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
  prompt: '❯',
  horizontal: '─',
  vertical: '│',
  corners: { topLeft: '┌', topRight: '┐', bottomLeft: '└', bottomRight: '┘' },
  enter: '⏎',
  upDown: '↑↓',
};
