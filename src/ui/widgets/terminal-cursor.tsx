import { useCursor } from 'ink';

/** The terminal's own cursor, shown while this is on screen, so that input methods compose where text goes. */
export function TerminalCursor({ x, y }: { readonly x: number; readonly y: number }) {
  const { setCursorPosition } = useCursor();
  setCursorPosition({ x, y });
  return null;
}
