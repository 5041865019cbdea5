import type { Model, TurnOptions } from '../../domain/ports/source.ts';
import type { Organization, Workspace, WorkspaceTemplate } from '../../domain/workspace.ts';
import type { WorktreePreview } from '../../domain/worktree.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/** The options that the server offers for chats, and the workspaces of chats. */
export interface ChatOptionsState {
  readonly organizations: Loaded<readonly Organization[]>;
  /** By organization id. */
  readonly chatModels: ReadonlyMap<string, Loaded<readonly Model[]>>;
  /** The user's own. */
  readonly workspaces: Loaded<readonly Workspace[]>;
  readonly workspaceTemplates: Loaded<readonly WorkspaceTemplate[]>;
  /** The workspaces that the user opened, by id. */
  readonly openedWorkspaces: ReadonlyMap<string, Loaded<Workspace>>;
  readonly worktreePreviews: WorktreePreviews;
  /** The options of the next message to a chat, by its id; missing: those of its last turn. */
  readonly nextTurns: ReadonlyMap<string, TurnOptions>;
}

/** The worktrees that a new chat in one directory would get. */
interface WorktreePreviews {
  /** Absolute; empty before the first one. */
  readonly directory: string;
  /** By the base; empty for HEAD. */
  readonly byBase: ReadonlyMap<string, Loaded<WorktreePreview>>;
}

/** A value from the server; both null before the first answer. A failed request keeps an older value. */
export interface Loaded<Value> {
  readonly value: Value | null;
  /** A sentence. Untrusted text. */
  readonly error: string | null;
}

export const NOT_LOADED: Loaded<never> = { value: null, error: null };

export const INITIAL_CHAT_OPTIONS: ChatOptionsState = {
  organizations: NOT_LOADED,
  chatModels: new Map(),
  workspaces: NOT_LOADED,
  workspaceTemplates: NOT_LOADED,
  openedWorkspaces: new Map(),
  worktreePreviews: { directory: '', byBase: new Map() },
  nextTurns: new Map(),
};

/** A value, or why there is none. */
export type LoadResult<Value> = { readonly value: Value } | { readonly error: string };

export type ChatOptionsEvent =
  | { readonly type: 'organizations-loaded'; readonly result: LoadResult<readonly Organization[]> }
  | {
      readonly type: 'chat-models-loaded';
      readonly organizationId: string;
      readonly result: LoadResult<readonly Model[]>;
    }
  | { readonly type: 'workspaces-loaded'; readonly result: LoadResult<readonly Workspace[]> }
  | {
      readonly type: 'workspace-templates-loaded';
      readonly result: LoadResult<readonly WorkspaceTemplate[]>;
    }
  | { readonly type: 'workspace-loaded'; readonly id: string; readonly result: LoadResult<Workspace> }
  /** The base is empty for HEAD. */
  | {
      readonly type: 'worktree-preview-loaded';
      readonly directory: string;
      readonly base: string;
      readonly result: LoadResult<WorktreePreview>;
    }
  | { readonly type: 'next-turn-changed'; readonly taskId: string; readonly turn: TurnOptions }
  /** The server has a message with these options. Later ones stay. */
  | { readonly type: 'next-turn-used'; readonly taskId: string; readonly turn: TurnOptions };

export const chatOptionsReducer = {
  'organizations-loaded': ({ organizations }, { result }) => ({
    organizations: loaded(organizations, result),
  }),
  'chat-models-loaded': ({ chatModels }, { organizationId, result }) => ({
    chatModels: withEntry(
      chatModels,
      organizationId,
      loaded(chatModels.get(organizationId) ?? NOT_LOADED, result),
    ),
  }),
  'workspaces-loaded': ({ workspaces }, { result }) => ({ workspaces: loaded(workspaces, result) }),
  'workspace-templates-loaded': ({ workspaceTemplates }, { result }) => ({
    workspaceTemplates: loaded(workspaceTemplates, result),
  }),
  'workspace-loaded': ({ openedWorkspaces }, { id, result }) => ({
    openedWorkspaces: withEntry(openedWorkspaces, id, loaded(openedWorkspaces.get(id) ?? NOT_LOADED, result)),
  }),
  'worktree-preview-loaded': ({ worktreePreviews }, { directory, base, result }) => {
    const known: WorktreePreviews['byBase'] =
      worktreePreviews.directory === directory ? worktreePreviews.byBase : new Map();
    // Each typed character makes another base.
    const others = withoutEntries(known, (each) => each !== '' && each !== base);
    return {
      worktreePreviews: {
        directory,
        byBase: withEntry(others, base, loaded(known.get(base) ?? NOT_LOADED, result)),
      },
    };
  },
  'next-turn-changed': ({ nextTurns }, { taskId, turn }) => ({
    nextTurns: withEntry(nextTurns, taskId, turn),
  }),
  'next-turn-used': ({ nextTurns }, { taskId, turn }) =>
    nextTurns.get(taskId) === turn ? { nextTurns: withoutEntries(nextTurns, (id) => id === taskId) } : {},
} satisfies SliceReducer<ChatOptionsState, ChatOptionsEvent>;

const loaded = <Value>({ value }: Loaded<Value>, result: LoadResult<Value>): Loaded<Value> =>
  'value' in result ? { value: result.value, error: null } : { value, error: result.error };
