import { Chalk } from 'chalk';
import { hyperlink } from '../terminal/hyperlink.ts';
import { ASCII, type Style, type Theme, UNICODE } from '../view/theme.ts';

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
      plain: PLAIN,
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
