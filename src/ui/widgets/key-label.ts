import type { Theme } from '../theme.ts';

/** A key as it stands on a keyboard where the theme has a sign for it, else its name. */
export const keyLabel = (key: string, { glyphs }: Pick<Theme, 'glyphs'>): string =>
  key === 'enter' ? glyphs.enter : key;
