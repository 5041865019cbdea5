type Environment = Readonly<Record<string, string | undefined>>;

/** Asks for the background colour of the window (OSC 11). */
export const BACKGROUND_QUERY = '\x1b]11;?\x1b\\';

const REPLY = /^\x1b\]11;(?:rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})|#([\da-f]{6}))/iu;
/** Above this luminance black text has more contrast than white text. */
const LIGHT_FROM = 0.179;

/** The background that a reply reports; null for any other reply. */
export function reportedBackground(reply: string): 'light' | 'dark' | null {
  const [, red, green, blue, hex] = REPLY.exec(reply) ?? [];
  const channels = hex === undefined ? [red, green, blue] : (hex.match(/../gu) ?? []);
  const [r = null, g = null, b = null] = channels.map((digits) =>
    digits === undefined ? null : Number.parseInt(digits, 16) / (16 ** digits.length - 1),
  );
  if (r === null || g === null || b === null) return null;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > LIGHT_FROM ? 'light' : 'dark';
}

/** sRGB without its gamma, as WCAG defines it. */
const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;

/** The background by COLORFGBG, which rxvt, Konsole and others set; null without it. */
export function backgroundFromEnvironment({ COLORFGBG = '' }: Environment): 'light' | 'dark' | null {
  const number = /;(\d{1,2})$/u.exec(COLORFGBG)?.[1];
  if (number === undefined) return null;
  return number === '7' || (Number(number) > 8 && Number(number) < 16) ? 'light' : 'dark';
}

/**
 * Whether to ask. tmux answers for the terminal around it. GNU screen has no answer of its own, and one that it passes on may
 * reach another window. The Linux console prints the query.
 */
export const answersBackgroundQuery = ({ TERM = '', STY = '', TMUX = '' }: Environment): boolean =>
  TERM !== 'linux' && TERM !== 'dumb' && TERM !== '' && (STY === '' || TMUX !== '');
