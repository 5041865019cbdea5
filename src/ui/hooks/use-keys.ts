import { useInput, usePaste } from 'ink';
import type { CommandContext } from '../../commands/command.ts';
import { insertText } from '../../commands/editing.ts';
import { press, scopeOf } from '../../commands/press.ts';
import { keyPress } from './key-name.ts';

/** Hands every key to the command table. A field or a menu that has the keys sees them too, by its own hook. */
export function useKeys(context: CommandContext): void {
  useInput((input, key) => {
    const pressed = keyPress(input, key);
    if (pressed !== null) press(context, pressed.name, pressed.text);
  });
  // A paste is text and never a command: it reaches the prompt, or nothing.
  usePaste((text) => {
    const { store, clock } = context;
    switch (scopeOf(store.getState())) {
      case 'prompt':
        return insertText(store, text);
      case 'list':
      case 'transcript': {
        const words =
          'A paste goes to the prompt: press enter to write to the task, or n for a new one, then paste.';
        return store.dispatch({ type: 'noticed', notice: { tone: 'plain', text: words, at: clock.now() } });
      }
    }
  });
}
