import type { Intent } from '../domain/phase.ts';
import type { NewTask } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Browser, Clipboard, TextFiles, Written } from '../domain/ports/surroundings.ts';
import type { Verdict } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import type { Place, Sent, State } from '../store/state.ts';
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
  readonly operations: {
    pause(taskId: string): void;
    resume(taskId: string): void;
    remove(taskId: string): void;
    /** `sent`: what is written again when it is refused. */
    create(task: NewTask, sent?: Sent): void;
    loadTemplates(): Promise<void>;
    /** Changes what a paused task begins with; its draft goes when the server has taken it. */
    updateInput(taskId: string, text: string): void;
    /** Has the server name users whose names hold this. */
    findUsers(text: string): void;
    /** Where a browser shows the task; null where there is no such page. Rejects with a BackendError. */
    pageOf(task: Task): Promise<string | null>;
    /** Resolves when it is in the state what a version of a template offers, and which sign-ins are done now. */
    loadOffer(versionId: string): Promise<void>;
  };
  readonly several: {
    /** A pause or a delete waits for some seconds in which it can be taken back. */
    give(intent: Intent, tasks: readonly Task[]): void;
    takeBack(): void;
    /** What waits goes at once. Resolves when all is done, to whether it went well. */
    finish(): Promise<boolean>;
  };
  readonly outbox: {
    /** `resume`: a paused task is to be resumed for it. */
    add(taskId: string, text: string, resume?: boolean): void;
    /** Takes the text back into the prompt; of a message that is being sent the fate is looked up. */
    cancel(deliveryId: string): void;
    /** The same for one of which nothing was sent; false when it is too late. */
    edit(deliveryId: string): boolean;
    move(deliveryId: string, by: -1 | 1): void;
    /** Says of a message whose fate nobody knows that it is there, or to send it again. */
    answer(deliveryId: string, answer: 'there' | 'again'): void;
  };
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
