import { useCursor } from 'ink';

/** Shows the terminal's own cursor while mounted, so that input methods compose at the right place. */
export function TerminalCursor({ x, y }: { readonly x: number; readonly y: number }) {
  const { setCursorPosition } = useCursor();
  setCursorPosition({ x, y });
  return null;
}
