import type { Color, ColorRole, ThemeName } from '../domain/colors.ts';

export type Palette = Readonly<Record<ColorRole, Color>>;

/** Whether dark text is readable on it; null if unknown. */
export type Background = 'light' | 'dark' | null;

/**
 * Only colours that are readable on light and dark backgrounds: blue is lost on black, yellow and all bright ones on white.
 * Never combined with bold, which many terminals draw as a brighter colour.
 */
const TERMINAL: Palette = {
  'needs-you': 'yellow',
  error: 'red',
  working: 'cyan',
  complete: 'green',
  changing: 'magenta',
  resting: 'dim',
  accent: 'cyan',
  secondary: 'dim',
  border: 'dim',
  'focused-border': 'cyan',
  you: 'cyan',
  agent: 'green',
  code: 'cyan',
  link: 'default',
  added: 'green',
  removed: 'red',
  hunk: 'cyan',
  match: 'yellow',
};

/** Without colours: for NO_COLOR and terminals that have none, too. */
const MONO: Palette = {
  'needs-you': 'bold',
  error: 'bold',
  working: 'default',
  complete: 'default',
  changing: 'default',
  resting: 'dim',
  accent: 'default',
  secondary: 'dim',
  border: 'dim',
  'focused-border': 'default',
  you: 'bold',
  agent: 'bold',
  code: 'default',
  link: 'default',
  added: 'default',
  removed: 'default',
  hunk: 'dim',
  match: 'default',
};

/** At least 4.5 to 1 on white. */
const LIGHT: Palette = {
  'needs-you': 130,
  error: 124,
  working: 25,
  complete: 22,
  changing: 91,
  resting: 241,
  accent: 25,
  secondary: 241,
  border: 248,
  'focused-border': 25,
  you: 25,
  agent: 22,
  code: 90,
  link: 25,
  added: 22,
  removed: 124,
  hunk: 25,
  match: 130,
};

/** At least 4.5 to 1 on black. */
const DARK: Palette = {
  'needs-you': 221,
  error: 210,
  working: 80,
  complete: 114,
  changing: 177,
  resting: 246,
  accent: 80,
  secondary: 246,
  border: 240,
  'focused-border': 80,
  you: 80,
  agent: 114,
  code: 117,
  link: 117,
  added: 114,
  removed: 210,
  hunk: 80,
  match: 221,
};

/** Nothing is faint. */
const HIGH_CONTRAST: Palette = {
  'needs-you': 'bright-yellow',
  error: 'bright-red',
  working: 'bright-cyan',
  complete: 'bright-green',
  changing: 'bright-magenta',
  resting: 'default',
  accent: 'bright-cyan',
  secondary: 'default',
  border: 'default',
  'focused-border': 'bright-cyan',
  you: 'bright-cyan',
  agent: 'bright-green',
  code: 'bright-cyan',
  link: 'default',
  added: 'bright-green',
  removed: 'bright-red',
  hunk: 'bright-cyan',
  match: 'bright-yellow',
};

/** At least 7 to 1 on white. */
const HIGH_CONTRAST_ON_LIGHT: Palette = {
  ...HIGH_CONTRAST,
  'needs-you': 52,
  error: 88,
  working: 18,
  complete: 22,
  changing: 54,
  accent: 18,
  'focused-border': 18,
  you: 18,
  agent: 22,
  code: 18,
  added: 22,
  removed: 88,
  hunk: 18,
  match: 52,
};

/** 16 colours have no yellow that is readable on white. */
const onLight = (depth: number): Palette => {
  const readable = depth > 4 ? 130 : 'bold';
  return { ...TERMINAL, 'needs-you': readable, match: readable };
};

/** The colours of a theme. `depth`: the colour depth of the terminal in bits. */
export function paletteOf(theme: ThemeName, background: Background, depth: number): Palette {
  switch (theme) {
    case 'terminal':
      return background === 'light' ? onLight(depth) : TERMINAL;
    case 'light':
      return LIGHT;
    case 'dark':
      return DARK;
    case 'high-contrast':
      return background === 'light' ? HIGH_CONTRAST_ON_LIGHT : HIGH_CONTRAST;
    case 'mono':
      return MONO;
  }
}
