/** The parts of the screen that have a colour, by their names in the setting `colors`. */
export const COLOR_ROLES = [
  'needs-you',
  'error',
  'working',
  'complete',
  'changing',
  'resting',
  'accent',
  'secondary',
  'border',
  'focused-border',
  'you',
  'agent',
  'code',
  'link',
  'added',
  'removed',
  'hunk',
  'match',
] as const;
export type ColorRole = (typeof COLOR_ROLES)[number];

/** The values of the setting `theme`. `terminal`: the 16 colours of the terminal. */
export const THEME_NAMES = ['terminal', 'light', 'dark', 'high-contrast', 'mono'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

/** A colour as the user writes it: a name, `#rrggbb`, or a number of the 256 colours. */
export type Color = string | number;

/** The 16 colours of a terminal, in the order of their numbers. */
const BASIC_COLORS: readonly string[] = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
];

export type ParsedColor =
  /** Not a colour: the terminal's own text colour, faint or bold text. */
  | { readonly kind: 'default' | 'dim' | 'bold' }
  /** One of the 16, from 0. */
  | { readonly kind: 'basic'; readonly number: number }
  | { readonly kind: 'indexed'; readonly number: number }
  /** With the leading `#`. */
  | { readonly kind: 'rgb'; readonly hex: string };

/** Null for any value that is not a colour. */
export function parseColor(value: unknown): ParsedColor | null {
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= 0 && value <= 255 ? { kind: 'indexed', number: value } : null;
  if (typeof value !== 'string') return null;
  if (value === 'default' || value === 'dim' || value === 'bold') return { kind: value };
  if (/^#[\da-f]{6}$/iu.test(value)) return { kind: 'rgb', hex: value.toLowerCase() };
  const name = value === 'gray' ? 'bright-black' : value;
  const isBright = name.startsWith('bright-');
  const number = BASIC_COLORS.indexOf(isBright ? name.slice('bright-'.length) : name);
  return number === -1 ? null : { kind: 'basic', number: isBright ? number + 8 : number };
}

/** The user's colours; other roles keep those of the theme. */
export type CustomColors = Readonly<Partial<Record<ColorRole, Color>>>;
