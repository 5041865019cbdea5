import { applicationCommands } from './application.ts';
import type { Command } from './command.ts';
import { editorCommands } from './editor.ts';
import { formCommands } from './form.ts';
import { linkCommand } from './link.ts';
import { markingCommands } from './marking.ts';
import { messageCursorCommands } from './message-cursor.ts';
import { filterCommands, movingCommands } from './moving.ts';
import { orderingCommands } from './ordering.ts';
import { outboxCommands } from './outbox.ts';
import { outcomeCommands } from './outcome.ts';
import { ownerCommands } from './owner.ts';
import { promptCommands } from './prompt.ts';
import { readingCommands } from './reading.ts';
import { rewritingCommands } from './rewriting.ts';
import { searchCommands } from './searching.ts';
import { severalCommands } from './several.ts';
import { takingOutCommands } from './taking-out.ts';
import { taskCommands } from './tasks.ts';
import { transcriptCommands } from './transcript.ts';

/** Everything that help tells about: all commands but those that move in help itself. */
export const catalogue: readonly Command[] = [
  ...taskCommands,
  linkCommand,
  ...markingCommands,
  ...severalCommands,
  ...rewritingCommands,
  ...movingCommands,
  ...orderingCommands,
  ...ownerCommands,
  ...transcriptCommands,
  ...readingCommands,
  ...messageCursorCommands,
  ...takingOutCommands,
  ...searchCommands,
  ...applicationCommands,
  ...promptCommands,
  ...editorCommands,
  ...formCommands,
  ...filterCommands,
  ...outboxCommands,
  ...outcomeCommands,
];
