import type { Clock } from '../domain/ports/clock.ts';
import type { BulkOperations, OutboxOperations, TaskOperations } from '../domain/ports/operations.ts';
import type { Browser, Clipboard, TextFiles, Written } from '../domain/ports/surroundings.ts';
import type { Verdict } from '../domain/rules.ts';
import type { Place, State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** Where a key is pressed: the same key may do something else elsewhere. */
export type Scope =
  | 'anywhere'
  | 'panes'
  | 'list'
  | 'transcript'
  | 'prompt'
  /** The form of a new task, wherever in it; its prompt. */
  | 'form'
  /** One of its other fields. */
  | 'field'
  | 'filter'
  | 'search'
  | 'hits'
  | 'save'
  | 'outbox'
  | 'outcome'
  | 'help';

/** One thing that a key can do, as data: keys, help and footer all read it. */
export interface Command {
  readonly id: string;
  /** What it does, in words that fit a help line. */
  readonly title: string;
  /** A word or two for the footer; without it the command is not shown there. */
  readonly hint?: string;
  /** The same where there is little room. */
  readonly shortHint?: string;
  /** As `keyName` names them. */
  readonly keys: readonly string[];
  readonly scope: Scope;
  /** True, or why it cannot be done now. Without it: always. */
  enabled?(state: State): Verdict;
  /** What it does depends on which of its keys is pressed: nothing that could be chosen by its name. */
  readonly byKey?: true;
  /** `place`: which of its keys was pressed, from 0. */
  run(context: CommandContext, place: number): void;
}

/** What commands act on. Everything is handed in; nothing is reached for. */
export interface CommandContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly operations: TaskOperations;
  readonly several: BulkOperations;
  readonly outbox: OutboxOperations;
  readonly clipboard: Clipboard;
  readonly browser: Browser;
  readonly files: TextFiles;
  /** Shows text in the user's pager until they leave it. Untrusted text is fine. */
  page(text: string): void;
  /** Lets the user write on in their own editor. Never rejects. */
  write(text: string): Promise<Written>;
  /** Draws the whole screen again. */
  repaint(): void;
  /** Hands the terminal back to the shell until the user returns. */
  suspend(): void;
  /** Leaves this deployment for another one. */
  goTo(place: Place): void;
  /** Asks the server anew at once. */
  refresh(): void;
  quit(): void;
}
