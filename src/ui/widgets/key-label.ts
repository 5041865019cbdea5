import type { Theme } from '../../view/theme.ts';

/** The theme's sign for a key, or its name. */
export const keyLabel = (key: string, { glyphs }: Pick<Theme, 'glyphs'>): string =>
  key === 'enter' ? glyphs.enter : key;
