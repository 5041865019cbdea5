import { createTheme } from '../../src/ui/theme.ts';

export const plain = createTheme({ color: false });
export const colored = createTheme({ color: true });
