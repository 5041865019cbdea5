import { keysOfCommand } from '../../src/commands/command-registry.ts';
import { footerHints } from '../../src/commands/footer-hints.ts';
import { helpContent } from '../../src/commands/help-content.ts';
import type { State } from '../../src/store/state.ts';
import { footerLine } from '../../src/view/bars/footer-line.ts';
import { promptLines } from '../../src/view/bars/prompt-lines.ts';
import { type HelpRow, helpRows } from '../../src/view/overlays/help-rows.ts';
import { plain } from './themes.ts';

/** The lines that show commands, as on the screen. */
export const footerOf = (state: State): string => footerLine(footerHints(state), state.size.columns, plain);

export const unfocusedPromptOf = (state: State): readonly string[] =>
  promptLines(state, [], false, plain, (id) => keysOfCommand(state, id));

export const helpRowsOf = (state: State, width: number): readonly HelpRow[] =>
  helpRows(helpContent(state), width);
