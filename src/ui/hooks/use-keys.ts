import { useInput, usePaste } from 'ink';
import type { CommandContext } from '../../commands/command.ts';
import { dispatchKey, paste } from '../../commands/dispatch-key.ts';
import { keyPress } from './key-press.ts';

/** Hands every key to the command table. A field or a menu that has the keys sees them too, by its own hook. */
export function useKeys(context: CommandContext): void {
  useInput((input, key) => {
    const pressed = keyPress(input, key);
    if (pressed !== null) dispatchKey(context, pressed.name, pressed.text, pressed.byWheel);
  });
  usePaste((text) => paste(context, text));
}
