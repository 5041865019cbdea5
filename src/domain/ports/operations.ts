import type { ActionId } from '../action.ts';
import type { DeliveryExtras } from '../delivery.ts';
import type { SubmittedForm } from '../new-task.ts';
import type { Question, QuestionOption } from '../question.ts';
import type { Task } from '../task.ts';
import type { Workspace, WorkspaceTransition } from '../workspace.ts';
import type { WorktreeAction } from '../worktree.ts';
import type { ChatSetting, DiffOf, NewTask } from './source.ts';

/** Requests for single tasks. Each shows its change at once, and reverts it when the server rejects it. */
export interface TaskOperations {
  /** `task`: the task, when it is not in the list. */
  act(action: ActionId, taskId: string, task?: Task): void;
  /**
   * `submitted` restores the form and the prompt after a rejection. Creates the new workspace of a chat first, and the
   * chat in it.
   */
  create(task: NewTask, submitted?: SubmittedForm): void;
  /** Changes the initial prompt of a paused task. Deletes its draft when the server has accepted it. */
  updateInput(taskId: string, text: string): void;
  /**
   * Replaces the last prompt of a chat, with this message id, and deletes all that follows it. Deletes its draft when the
   * server has accepted it.
   */
  editLastPrompt(taskId: string, messageId: number, text: string): void;
  /** Changes the title. Deletes its draft when the server has accepted it. */
  rename(taskId: string, title: string): void;
  /** Puts a title that the server proposes in the open field. */
  proposeTitle(taskId: string): void;
  /** Resolves when the templates are in the state, or a notice reports the failure. */
  loadTemplates(): Promise<void>;
  /** The address of the task's web page; null when it has none. Rejects with a BackendError. */
  pageOf(task: Task): Promise<string | null>;
  /** Loads the users whose names contain `text` into the state. */
  findUsers(text: string): void;
  /** Resolves when the presets and sign-ins of a template version are in the state. Loads its presets once. */
  loadTemplateOptions(versionId: string): Promise<void>;
  /**
   * Resolves when the organizations, the models and workspaces of the chosen one, and the worktree that the form would
   * make are in the state, or why they could not be loaded.
   */
  loadChatOptions(): Promise<void>;
  /** Resolves when the models for chats of this organization are in the state, or why they could not be loaded. */
  loadChatModels(organizationId: string): Promise<void>;
  /** Resolves when the workspace is in the state, or why it could not be loaded. */
  loadWorkspace(id: string): Promise<void>;
  /** Starts or stops the workspace of a chat, and reports the result in a notice. */
  changeWorkspace(workspace: Workspace, to: WorkspaceTransition): void;
  /** Loads a diff of the task whose diff is open into the state, or why it could not be loaded. */
  loadDiff(taskId: string, of: DiffOf): void;
  /** Loads what can be done with the worktree that is opened into the state, or why it could not be loaded. */
  loadWorktree(taskId: string): void;
  /** Finishes the work in the worktree that is opened, unless an action runs there. Reports the result. */
  finishWorktree(taskId: string, action: WorktreeAction, options: { readonly deleteBranch: boolean }): void;
  /** Answers a permission request of a chat with one of its options, and reports a failure in a notice. */
  answerPermission(taskId: string, question: Question, option: QuestionOption): void;
  /** Sets whether the next turn of a chat plans, and reports the result in a notice. */
  setPlanMode(taskId: string, on: boolean): void;
  /** Changes a setting of a chat on this machine, and reports the result in a notice. */
  configureChat(taskId: string, setting: ChatSetting): void;
}

/** Actions for several tasks, and for one that can be undone before they start. */
export interface BulkOperations {
  /**
   * Starts at once, or after the undo window of the action. An operation that still waits starts at once when another is
   * given, so that there is one to undo.
   */
  start(action: ActionId, tasks: readonly Task[]): void;
  /** The same for one task that was not marked. Replaces an operation of this kind that still waits for the same task. */
  startSingle(action: ActionId, task: Task): void;
  /** Undoes the operation that waits. */
  undo(): void;
  /** Starts the operation that waits. Resolves when none is left, to whether all went well. */
  finishAll(): Promise<boolean>;
}

export interface OutboxOptions {
  /** Resumes a paused task first. */
  readonly resume?: boolean;
  readonly extras?: DeliveryExtras;
}

export interface OutboxOperations {
  /** Sends when the agent is ready. */
  add(taskId: string, text: string, options?: OutboxOptions): void;
  /**
   * Moves the text back into the prompt. Ends the connection of a message that is being sent, and finds out whether it
   * arrived.
   */
  cancel(deliveryId: string): void;
  /** Moves the text back into the prompt. False when sending has already started. */
  edit(deliveryId: string): boolean;
  /** Swaps a waiting message with the one before or after it to the same task. */
  move(deliveryId: string, by: -1 | 1): void;
  /** The user's answer for a message with unknown delivery status. */
  answer(deliveryId: string, answer: 'delivered' | 'resend'): void;
  /**
   * Takes a message out of the server's queue and moves its text into the prompt. When it has left the queue meanwhile, a
   * notice says so, and `edit` still moves the text.
   */
  takeOut(taskId: string, queueId: string, purpose: 'edit' | 'cancel'): void;
  /** Runs a message of the server's queue next: interrupts a running turn. */
  sendNow(taskId: string, queueId: string): void;
}
