import type { Clock } from '../domain/ports/clock.ts';
import type { BulkOperations, OutboxOperations, TaskOperations } from '../domain/ports/operations.ts';
import type { Browser, Clipboard, EditorResult, TextFiles } from '../domain/ports/terminal-services.ts';
import type { Availability } from '../domain/rules.ts';
import type { CustomKeys, DeploymentChoice, State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** Where a key is pressed: the same key may do something else elsewhere. */
export type KeyContext =
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
  readonly keyContext: KeyContext;
  /** True, or why it cannot be done now. Without it: always. */
  enabled?(state: State): Availability;
  /** What it does depends on which of its keys is pressed: nothing that could be chosen by its name. */
  readonly keyOnly?: true;
  /** `place`: which of its keys was pressed, from 0. */
  run(context: CommandContext, keyIndex: number): void;
}

/** What commands act on. Everything is handed in; nothing is reached for. */
export interface CommandContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly operations: TaskOperations;
  readonly bulk: BulkOperations;
  readonly outbox: OutboxOperations;
  readonly clipboard: Clipboard;
  readonly browser: Browser;
  readonly files: TextFiles;
  /** Shows text in the user's pager until they leave it. Untrusted text is fine. */
  openPager(text: string): void;
  /** Lets the user write on in their own editor. Never rejects. */
  openEditor(text: string): Promise<EditorResult>;
  /** Draws the whole screen again. */
  repaint(): void;
  /** Hands the terminal back to the shell until the user returns. */
  suspend(): void;
  /** Leaves this deployment for another one. */
  switchDeployment(deployment: DeploymentChoice): void;
  /** Asks the server anew at once. */
  refresh(): void;
  quit(): void;
}

/** The keys of a command: its own, or the ones that the user set. */
export const keysOf = (
  { id, keys }: Pick<Command, 'id' | 'keys'>,
  customKeys: CustomKeys,
): readonly string[] => customKeys[id] ?? keys;
