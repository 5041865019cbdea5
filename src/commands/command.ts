import type { Clock } from '../domain/ports/clock.ts';
import type { FoundMessage } from '../domain/ports/conversation-search.ts';
import type { BulkOperations, OutboxOperations, TaskOperations } from '../domain/ports/operations.ts';
import type { ProgramEnd, ProgramRun } from '../domain/ports/programs.ts';
import type {
  AttachmentFiles,
  Browser,
  Clipboard,
  DirectoryProgram,
  EditorResult,
  ProgramNotice,
  TextFiles,
  WorkspaceProgram,
} from '../domain/ports/terminal-services.ts';
import { READ_ONLY_REASON } from '../domain/read-only.ts';
import type { Availability } from '../domain/rules.ts';
import type { CustomKeys, DeploymentChoice } from '../store/slices/connection.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** The part of the screen that has the keys. The same key may have another command in each. */
export type KeyContext =
  | 'anywhere'
  | 'panes'
  | 'list'
  | 'transcript'
  /** The options of a question. */
  | 'options'
  | 'prompt'
  /** The form of a new task: its prompt, and keys that all its fields share. */
  | 'form'
  /** The other fields of the form. */
  | 'field'
  | 'filter'
  | 'search'
  | 'hits'
  | 'save'
  | 'rename'
  | 'attach'
  | 'outbox'
  | 'outcome'
  /** The last requests. */
  | 'requests'
  /** All about the selected task. */
  | 'peek'
  /** The choices for the worktree of a chat. */
  | 'worktree'
  /** The changes of a chat, over both panes. */
  | 'diff'
  | 'help';

/** One thing that a key does, as data for the keymap, help, palette and footer. */
export interface Command {
  readonly id: string;
  /** At most 34 columns. */
  readonly title: string;
  /** One or two words for the footer, where it shows the command; its id when missing. */
  readonly hint?: string | ((state: State) => string);
  /** The hint of a narrow screen. */
  readonly shortHint?: string;
  /** Names from `keyName`. */
  readonly keys: readonly string[];
  readonly keyContext: KeyContext;
  /** Whether its keys belong to it now; otherwise the command of the next context has them. Without it always. */
  applies?(state: State): boolean;
  /** True, or the reason why the command cannot run now. Without a rule it always can. */
  enabled?(state: State): Availability;
  /**
   * It sends something to the server that is no read, always or in this state, so it cannot run in read-only mode: see
   * `availability`. Missing: it never does.
   */
  readonly sends?: true | ((state: State) => boolean);
  /** Its effect depends on the key, so the palette cannot run it. */
  readonly keyOnly?: true;
  /** `keyIndex`: index of the pressed key in `keys`. */
  run(context: CommandContext, keyIndex: number): void;
}

/** Everything that a command may use; commands import no service. */
export interface CommandContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly operations: TaskOperations;
  readonly bulk: BulkOperations;
  readonly outbox: OutboxOperations;
  readonly clipboard: Clipboard;
  readonly browser: Browser;
  readonly files: TextFiles;
  readonly attachments: AttachmentFiles;
  /** The stored conversation of a found message as text, with that message first; null when it is no longer stored. */
  storedConversation(found: FoundMessage): Promise<string | null>;
  /** Shows text in the user's pager. The text may be untrusted. */
  openPager(text: string): void;
  /** Opens the text in the user's editor. Never rejects. */
  openEditor(text: string): Promise<EditorResult>;
  /**
   * Runs a program in a directory (null: that of taskdeck) until it exits. Resolves to a message for the user, or to null. Never
   * rejects.
   */
  openDirectory(directory: string | null, program: DirectoryProgram): Promise<ProgramNotice | null>;
  /** The same with a workspace of the deployment. */
  openWorkspace(program: WorkspaceProgram): Promise<ProgramNotice | null>;
  /** Runs a program without a terminal. `directory`: null for that of taskdeck. Never rejects. */
  runProgram(
    run: Omit<ProgramRun, 'cwd' | 'signal'> & { readonly directory: string | null },
  ): Promise<ProgramEnd>;
  repaint(): void;
  /** Stops taskdeck, as ctrl+z does in a shell, until the user continues it. */
  suspend(): void;
  switchDeployment(deployment: DeploymentChoice): void;
  /** Restarts the local server. Resolves to a sentence about a failure; null after a success. Never rejects. */
  restartServer(): Promise<string | null>;
  /** Polls the server now. */
  refresh(): void;
  quit(): void;
}

/** Whether the command can run now, by its own rule and by read-only mode, else the reason. */
export function availability(
  command: Pick<Command, 'enabled' | 'sends' | 'keyContext'>,
  state: State,
): Availability {
  if (isReadOnly(command, state))
    return command.keyContext === 'prompt' ? `${READ_ONLY_REASON} The draft stays.` : READ_ONLY_REASON;
  return command.enabled?.(state) ?? true;
}

function isReadOnly({ sends }: Pick<Command, 'sends'>, state: State): boolean {
  if (!state.settings.readOnly || sends === undefined) return false;
  return sends === true || sends(state);
}

/** The keys of a command: the user's, else its own. */
export const keysOf = (
  { id, keys }: Pick<Command, 'id' | 'keys'>,
  customKeys: CustomKeys,
): readonly string[] => customKeys[id] ?? keys;
