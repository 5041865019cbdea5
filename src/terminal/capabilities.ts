import { WriteStream } from 'node:tty';

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminal types whose fonts have letters and box-drawing characters only. */
const LIMITED_FONT_TYPES = /^(?:linux|ansi|cons25|vt\d)/u;

/**
 * Whether to draw in ASCII only: the terminal type has a limited font, or the locale is not UTF-8. The locale decides inside
 * tmux and GNU screen too: both use the same rule for the terminal outside.
 */
export const needsAscii = (env: Environment, platform: NodeJS.Platform = process.platform): boolean =>
  LIMITED_FONT_TYPES.test(env.TERM ?? '') || (platform !== 'win32' && !/utf-?8/iu.test(characterLocale(env)));

/** The first tmux that draws an emoji of several code points as one character. */
const TMUX_WITH_EMOJI = [3, 4] as const;

/**
 * Whether a multiplexer measures emoji by code points: GNU screen and older tmux, which then disagree with the terminal about
 * the cursor position. A tmux of unknown version, on another machine, counts as older.
 */
export function countsCodePoints({
  TERM = '',
  TMUX,
  TERM_PROGRAM,
  TERM_PROGRAM_VERSION = '',
}: Environment): boolean {
  if (!TMUX && !/^(?:tmux|screen)/u.test(TERM)) return false;
  if (TERM_PROGRAM !== 'tmux') return true;
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/u.exec(TERM_PROGRAM_VERSION) ?? [];
  const [neededMajor, neededMinor] = TMUX_WITH_EMOJI;
  return Number(major) < neededMajor || (Number(major) === neededMajor && Number(minor) < neededMinor);
}

/** Whether this is GNU screen, which has no alternate screen unless `altscreen on` is set. */
export const mayLackAlternateScreen = ({ STY, TMUX }: Environment): boolean => (STY ?? '') !== '' && !TMUX;

/** The locale for the character encoding, in the order of setlocale(3); empty for none. */
export const characterLocale = ({ LC_ALL, LC_CTYPE, LANG }: Environment): string =>
  LC_ALL || LC_CTYPE || LANG || '';

/** The variables for Node's `getColorDepth` that describe a terminal, without those of CI systems. */
const COLOR_VARIABLES = [
  'FORCE_COLOR',
  'NODE_DISABLE_COLORS',
  'NO_COLOR',
  'TERM',
  'TMUX',
  'TERM_PROGRAM',
  'TERM_PROGRAM_VERSION',
  'COLORTERM',
];

/**
 * The colour depth in bits; 1 for no colours. Ignores `CI` and similar variables: users, containers and remote machines set
 * them in interactive shells too.
 */
export function colorDepth(env: Environment): number {
  const terminalEnv = Object.fromEntries(
    COLOR_VARIABLES.flatMap((name) => (name in env ? [[name, env[name]]] : [])),
  );
  return WriteStream.prototype.getColorDepth(terminalEnv);
}

/** Whether the terminal has colours and `NO_COLOR` is not set. */
export const showsColors = (env: Environment): boolean => (env.NO_COLOR ?? '') === '' && colorDepth(env) > 1;
