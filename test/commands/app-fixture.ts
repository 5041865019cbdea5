import { homedir } from 'node:os';
import { createAttachmentFiles } from '../../src/attachments/attachment-files.ts';
import type { CommandContext } from '../../src/commands/command.ts';
import { dispatchKey, paste } from '../../src/commands/dispatch-key.ts';
import type { ActionId } from '../../src/domain/action.ts';
import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import type { Template } from '../../src/domain/ports/backend.ts';
import type { Clock } from '../../src/domain/ports/clock.ts';
import type { OutboxOptions } from '../../src/domain/ports/operations.ts';
import type { ChatSetting, DiffOf, NewTask } from '../../src/domain/ports/source.ts';
import type {
  DirectoryProgram,
  EditorResult,
  WorkspaceProgram,
} from '../../src/domain/ports/terminal-services.ts';
import { graphemesOf } from '../../src/domain/text/graphemes.ts';
import type { NewWorkspace } from '../../src/domain/workspace.ts';
import type { WorktreeAction } from '../../src/domain/worktree.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { TemplateOptions } from '../../src/store/slices/new-task.ts';
import type { State } from '../../src/store/state.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { trackQuestion } from '../../src/sync/track-question.ts';
import { NOON } from '../domain/builders.ts';
import { frozenClock } from '../support/manual-clock.ts';

/** A call of a service outside the store. */
type Call =
  | { readonly what: 'act'; readonly action: ActionId; readonly taskId: string }
  | { readonly what: 'act-after-undo-window'; readonly action: ActionId; readonly taskId: string }
  | { readonly what: 'bulk'; readonly action: ActionId; readonly taskIds: readonly string[] }
  | { readonly what: 'undo' | 'finish-all' }
  | { readonly what: 'create'; readonly task: NewTask; readonly newWorkspace?: NewWorkspace }
  | { readonly what: 'workspace'; readonly id: string }
  | { readonly what: 'permission'; readonly taskId: string; readonly id: string; readonly label: string }
  | { readonly what: 'chat-models'; readonly organizationId: string }
  | { readonly what: 'start' | 'stop'; readonly workspaceId: string }
  | { readonly what: 'directory'; readonly directory: string | null; readonly program: DirectoryProgram }
  | { readonly what: 'run'; readonly run: Parameters<CommandContext['runProgram']>[0] }
  | ({ readonly what: 'on-workspace' } & WorkspaceProgram)
  | { readonly what: 'configure'; readonly taskId: string; readonly setting: ChatSetting }
  | { readonly what: 'plan-mode'; readonly taskId: string; readonly on: boolean }
  | ({ readonly what: 'send'; readonly taskId: string; readonly text: string } & OutboxOptions)
  | { readonly what: 'cancel' | 'edit' | 'delivered' | 'resend'; readonly deliveryId: string }
  | {
      readonly what: 'take-out';
      readonly taskId: string;
      readonly queueId: string;
      readonly purpose: 'edit' | 'cancel';
    }
  | { readonly what: 'send-now'; readonly taskId: string; readonly queueId: string }
  | { readonly what: 'move'; readonly deliveryId: string; readonly by: number }
  | { readonly what: 'open'; readonly address: string }
  | { readonly what: 'copy' | 'page' | 'write'; readonly text: string }
  | { readonly what: 'save'; readonly name: string; readonly text: string; readonly overwrite: boolean }
  | { readonly what: 'diff'; readonly taskId: string; readonly of: DiffOf }
  | { readonly what: 'worktree'; readonly taskId: string }
  | {
      readonly what: 'finish-worktree';
      readonly taskId: string;
      readonly action: WorktreeAction;
      readonly deleteBranch: boolean;
    }
  | { readonly what: 'users'; readonly text: string }
  | { readonly what: 'switch'; readonly id: string }
  | { readonly what: 'template-options'; readonly versionId: string }
  | {
      readonly what: 'edit-last-prompt';
      readonly taskId: string;
      readonly messageId: number;
      readonly text: string;
    }
  | { readonly what: 'rename'; readonly taskId: string; readonly title: string }
  | { readonly what: 'propose-title'; readonly taskId: string }
  | { readonly what: 'update-input'; readonly taskId: string; readonly text: string }
  | {
      readonly what:
        | 'templates'
        | 'chat-options'
        | 'restart-server'
        | 'repaint'
        | 'suspend'
        | 'refresh'
        | 'quit';
    };

export interface AppFixture {
  readonly store: Store;
  readonly context: CommandContext;
  readonly calls: readonly Call[];
  state(): State;
  /** Text of the current notice, or null. */
  notice(): string | null;
  dispatch(...actions: readonly StoreEvent[]): void;
  /** Presses keys by name; a single character types itself. */
  press(...keys: readonly string[]): void;
  type(text: string): void;
  paste(text: string): void;
  /** Closes the open editor with this result. */
  leaveEditor(result: EditorResult): Promise<void>;
  /** Answers all pending requests for templates; null fails them. */
  answerTemplates(templates: readonly Template[] | null): Promise<void>;
  /** Answers all pending requests for template options; without presets and sign-ins by default. */
  answerOptions(options?: Partial<TemplateOptions>): Promise<void>;
}

/** The commands on a real store; every other service only records its calls. Without `clock` the time is noon. */
export function appFixture(state: State, clock: Clock = frozenClock(NOON)): AppFixture {
  const store = createStore(state);
  trackQuestion(store, clock);
  const calls: Call[] = [];
  let pendingTemplates: (() => void)[] = [];
  let pendingOptions: { readonly versionId: string; readonly resolve: () => void }[] = [];
  let closeEditor = (_: EditorResult): void => {
    throw new Error('No editor was opened.');
  };
  const note = (call: Call): void => void calls.push(call);
  const context: CommandContext = {
    store,
    clock,
    operations: {
      act: (action, taskId) => note({ what: 'act', action, taskId }),
      create: (task, submitted) =>
        note({
          what: 'create',
          task,
          ...(submitted?.newWorkspace && { newWorkspace: submitted.newWorkspace }),
        }),
      async loadChatOptions() {
        note({ what: 'chat-options' });
      },
      async loadChatModels(organizationId) {
        note({ what: 'chat-models', organizationId });
      },
      async loadWorkspace(id) {
        note({ what: 'workspace', id });
      },
      changeWorkspace: ({ id }, to) => note({ what: to, workspaceId: id }),
      configureChat: (taskId, setting) => note({ what: 'configure', taskId, setting }),
      setPlanMode: (taskId, on) => note({ what: 'plan-mode', taskId, on }),
      answerPermission: (taskId, { id }, { label }) => note({ what: 'permission', taskId, id, label }),
      loadDiff: (taskId, of) => note({ what: 'diff', taskId, of }),
      loadWorktree: (taskId) => note({ what: 'worktree', taskId }),
      finishWorktree: (taskId, action, { deleteBranch }) =>
        note({ what: 'finish-worktree', taskId, action, deleteBranch }),
      pageOf: async ({ id }) => (id === 'nowhere' ? null : `https://coder.example.com/tasks/ada/${id}`),
      findUsers: (text) => note({ what: 'users', text }),
      loadTemplates() {
        note({ what: 'templates' });
        return new Promise((resolve) => {
          pendingTemplates.push(resolve);
        });
      },
      editLastPrompt: (taskId, messageId, text) =>
        note({ what: 'edit-last-prompt', taskId, messageId, text }),
      rename: (taskId, title) => note({ what: 'rename', taskId, title }),
      proposeTitle: (taskId) => note({ what: 'propose-title', taskId }),
      updateInput: (taskId, text) => note({ what: 'update-input', taskId, text }),
      loadTemplateOptions(versionId) {
        note({ what: 'template-options', versionId });
        return new Promise((resolve) => {
          pendingOptions.push({ versionId, resolve });
        });
      },
    },
    bulk: {
      start: (action, tasks) => note({ what: 'bulk', action, taskIds: tasks.map(({ id }) => id) }),
      startSingle: (action, { id }) => note({ what: 'act-after-undo-window', action, taskId: id }),
      undo: () => note({ what: 'undo' }),
      async finishAll() {
        note({ what: 'finish-all' });
        return true;
      },
    },
    outbox: {
      add: (taskId, text, { resume, extras } = {}) =>
        note({ what: 'send', taskId, text, ...(resume && { resume }), ...(extras && { extras }) }),
      cancel: (deliveryId) => note({ what: 'cancel', deliveryId }),
      edit(deliveryId) {
        note({ what: 'edit', deliveryId });
        return true;
      },
      move: (deliveryId, by) => note({ what: 'move', deliveryId, by }),
      answer: (deliveryId, what) => note({ what, deliveryId }),
      takeOut: (taskId, queueId, purpose) => note({ what: 'take-out', taskId, queueId, purpose }),
      sendNow: (taskId, queueId) => note({ what: 'send-now', taskId, queueId }),
    },
    clipboard: {
      async copy(text) {
        note({ what: 'copy', text });
        return { done: true, words: `Copied ${text.length} characters.` };
      },
    },
    browser: {
      async open(address) {
        note({ what: 'open', address });
        return { done: true, words: `Opened ${address}` };
      },
    },
    attachments: createAttachmentFiles({ cwd: process.cwd(), home: homedir() }),
    files: {
      async save(name, text, { overwrite }) {
        note({ what: 'save', name, text, overwrite });
        if (name.startsWith('/no/'))
          return { kind: 'failed', file: name, why: 'the directory does not exist' };
        return name.startsWith('old') && !overwrite
          ? { kind: 'exists', file: `/home/ada/${name}` }
          : { kind: 'saved', file: `/home/ada/${name}`, bytes: text.length };
      },
    },
    storedConversation: async ({ taskId }) => (taskId === 'nowhere' ? null : `conversation of ${taskId}`),
    openPager: (text) => note({ what: 'page', text }),
    openEditor(text) {
      note({ what: 'write', text });
      return new Promise((resolve) => {
        closeEditor = resolve;
      });
    },
    async openDirectory(directory, program) {
      note({ what: 'directory', directory, program });
      return null;
    },
    async openWorkspace(program) {
      note({ what: 'on-workspace', ...program });
      return null;
    },
    async runProgram(run) {
      note({ what: 'run', run });
      return { kind: 'exited', code: 0, output: 'first line\nsecond', errors: '' };
    },
    repaint: () => note({ what: 'repaint' }),
    suspend: () => note({ what: 'suspend' }),
    refresh: () => note({ what: 'refresh' }),
    switchDeployment: ({ id }) => note({ what: 'switch', id }),
    restartServer: async () => {
      note({ what: 'restart-server' });
      return null;
    },
    quit: () => note({ what: 'quit' }),
  };
  const pressOne = (key: string): void =>
    dispatchKey(context, key === ' ' ? 'space' : key, graphemesOf(key).length === 1 ? key : '');
  return {
    store,
    context,
    calls,
    state: store.getState,
    notice() {
      const { notice, keyNames } = store.getState();
      return notice === null ? null : withKeyNames(notice.text, keyNames);
    },
    dispatch(...actions) {
      for (const event of actions) store.dispatch(event);
    },
    press(...keys) {
      for (const key of keys) pressOne(key);
    },
    type(text) {
      for (const key of graphemesOf(text)) pressOne(key);
    },
    paste: (text) => paste(context, text),
    async leaveEditor(result) {
      closeEditor(result);
      await new Promise(setImmediate);
    },
    async answerTemplates(templates) {
      if (templates !== null) store.dispatch({ type: 'templates-received', templates });
      const answered = pendingTemplates;
      pendingTemplates = [];
      for (const resolve of answered) resolve();
      await new Promise(setImmediate);
    },
    async answerOptions(options) {
      const answered = pendingOptions;
      pendingOptions = [];
      for (const { versionId, resolve } of answered) {
        store.dispatch({
          type: 'template-options-received',
          versionId,
          options: { presets: [], signIns: [], presetsError: null, ...options },
        });
        resolve();
      }
      await new Promise(setImmediate);
    },
  };
}
