import { Chalk, type ChalkInstance } from 'chalk';
import {
  type Color,
  type ColorRole,
  type CustomColors,
  parseColor,
  type ThemeName,
} from '../domain/colors.ts';
import { hyperlink } from '../terminal/hyperlink.ts';
import { ASCII, type Style, type Theme, UNICODE } from '../view/theme.ts';
import { type Background, paletteOf } from './palettes.ts';

export interface ThemeOptions {
  /** False with NO_COLOR or on a terminal without colours: bold, dim and inverse remain. */
  readonly color: boolean;
  /** The colour depth of the terminal in bits. Default: 4, the 16 colours. */
  readonly depth?: number;
  /** Default: `terminal`. */
  readonly name?: ThemeName;
  readonly colors?: CustomColors;
  /** Default: unknown. */
  readonly background?: Background;
  /** Whether the terminal has hyperlinks. Default: false. */
  readonly links?: boolean;
  /** Use ASCII signs. Default: false. */
  readonly ascii?: boolean;
}

const PLAIN: Style = (text) => text;

export function createTheme({
  color,
  depth = 4,
  name = 'terminal',
  colors = {},
  background = null,
  links = false,
  ascii = false,
}: ThemeOptions): Theme {
  // Chalk replaces colours that the terminal lacks by the nearest one.
  const chalk = new Chalk({ level: depth >= 24 ? 3 : depth >= 8 ? 2 : 1 });
  const palette = color
    ? { ...paletteOf(name, background, depth), ...colors }
    : paletteOf('mono', background, depth);
  const of = (role: ColorRole): Style => colorStyle(chalk, palette[role]);
  const bad = of('error');
  const attention = of('needs-you');
  const accent = of('accent');
  const dim = of('secondary');
  const working = of('working');
  const complete = of('complete');
  const moving = of('changing');
  const resting = of('resting');
  const link = of('link');
  const match = of('match');
  const bold = style(chalk.bold);
  const underline = style(chalk.underline);
  return {
    title: bold,
    dim,
    strong: bold,
    accent,
    bad,
    attention,
    selected: style(chalk.inverse),
    border: of('border'),
    focusedBorder: of('focused-border'),
    you: of('you'),
    agent: of('agent'),
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
          return resting;
        default:
          return moving;
      }
    },
    text: {
      strong: bold,
      emphasis: style(chalk.italic),
      struck: style(chalk.strikethrough),
      code: of('code'),
      link: (text) => link(underline(text)),
      address: dim,
      heading: bold,
      mark: dim,
      plain: PLAIN,
      added: of('added'),
      removed: of('removed'),
      hunk: of('hunk'),
      hit: (text) => match(underline(text)),
      'current-hit': style(chalk.inverse),
    },
    link: links ? hyperlink : PLAIN,
    glyphs: ascii ? ASCII : UNICODE,
  };
}

/** Chalk joins all its arguments; a style has a single one, so that it works with map. */
const style =
  (paint: ChalkInstance): Style =>
  (text) =>
    paint(text);

const BASIC = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const BRIGHT = [
  'blackBright',
  'redBright',
  'greenBright',
  'yellowBright',
  'blueBright',
  'magentaBright',
  'cyanBright',
  'whiteBright',
] as const;

function colorStyle(chalk: ChalkInstance, color: Color): Style {
  const parsed = parseColor(color);
  switch (parsed?.kind) {
    case 'dim':
    case 'bold':
      return style(chalk[parsed.kind]);
    case 'basic': {
      const name = [...BASIC, ...BRIGHT][parsed.number];
      return name === undefined ? PLAIN : style(chalk[name]);
    }
    case 'indexed':
      return style(chalk.ansi256(parsed.number));
    case 'rgb':
      return style(chalk.hex(parsed.hex));
    default:
      return PLAIN;
  }
}
