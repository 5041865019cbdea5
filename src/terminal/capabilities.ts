import { WriteStream } from 'node:tty';

type Environment = Readonly<Record<string, string | undefined>>;

/** Their fonts have letters and frames, and none of the other signs. */
const LIMITED_FONT_TYPES = /^(?:linux|ansi|cons25|vt\d)/u;

/**
 * Whether nothing but ASCII is to be drawn: on a terminal of a kind that has no other signs, and where the locale has no
 * UTF-8. The locale decides in tmux and GNU screen too: both read it, for the terminal outside, by the same rule.
 */
export const needsAscii = (env: Environment, platform: NodeJS.Platform = process.platform): boolean =>
  LIMITED_FONT_TYPES.test(env.TERM ?? '') || (platform !== 'win32' && !/utf-?8/iu.test(characterLocale(env)));

/** From this version on tmux keeps emoji of several code points together. */
const TMUX_WITH_EMOJI = [3, 4] as const;

/**
 * Whether something between us and the terminal measures emoji by their code points: GNU screen and older tmux. They differ from
 * the terminal outside about where the cursor is. A tmux whose version is not known, on another machine, counts as an older one.
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

/** Whether this is GNU screen, which ignores the alternate screen unless its settings have `altscreen on`. */
export const mayLackAlternateScreen = ({ STY, TMUX }: Environment): boolean => (STY ?? '') !== '' && !TMUX;

/** The locale that decides how characters are encoded, as setlocale(3) finds it; empty for none. */
export const characterLocale = ({ LC_ALL, LC_CTYPE, LANG }: Environment): string =>
  LC_ALL || LC_CTYPE || LANG || '';

/** All that Node's `getColorDepth` reads that is about a terminal, and not about a machine that builds. */
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
 * The colours of the terminal in bits: 1 for none. `CI` and its like say nothing about a terminal that has a user: people export
 * them, and containers and remote machines set them.
 */
export function colorDepth(env: Environment): number {
  const said = Object.fromEntries(
    COLOR_VARIABLES.flatMap((name) => (name in env ? [[name, env[name]]] : [])),
  );
  return WriteStream.prototype.getColorDepth(said);
}

/** Whether there are colours, and the user wants them. */
export const showsColors = (env: Environment): boolean => (env.NO_COLOR ?? '') === '' && colorDepth(env) > 1;
