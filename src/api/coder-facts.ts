import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Source } from '../domain/ports/source.ts';
import { CHATS, TASKS } from '../domain/task.ts';
import { deferredMethod, type Facts } from '../platform/decorate.ts';
import { chatsDelivery } from './chats/chats-delivery.ts';
import { chatsCapabilities, isCompleteList } from './chats/chats-facts.ts';
import { tasksDelivery } from './tasks-delivery.ts';

interface CoderFacts {
  /** Whether a new task can be given a working directory. */
  readonly directories: boolean;
  readonly hasChats: boolean;
}

type SourceFacts = Facts<Source>;

type OptionalMember = {
  [Name in keyof Source]-?: undefined extends Source[Name] ? Name : never;
}[keyof Source];

/** States each optional member as absent: one that is left out would count as a method. */
export const NO_OPTIONAL_MEMBERS: Readonly<Record<OptionalMember, undefined>> = {
  isComplete: undefined,
  olderMessages: undefined,
  markRead: undefined,
  cancelQueued: undefined,
  sendQueuedNow: undefined,
  editMessage: undefined,
  rename: undefined,
  proposeTitle: undefined,
  setPlanMode: undefined,
  configure: undefined,
  models: undefined,
  findCreated: undefined,
  apiPath: undefined,
  watch: undefined,
  follow: undefined,
  uploadFile: undefined,
  answerPermission: undefined,
  diff: undefined,
  cost: undefined,
  previewWorktree: undefined,
  worktreeActions: undefined,
  finishWorktree: undefined,
  worktrees: undefined,
};

const tasksFacts = (directories: boolean): SourceFacts => ({
  ...NO_OPTIONAL_MEMBERS,
  id: TASKS,
  capabilities: { directories },
  resolveFrom: tasksDelivery.resolveFrom,
  apiPath: deferredMethod,
});

const chatsFacts = (directories: boolean): SourceFacts => ({
  ...NO_OPTIONAL_MEMBERS,
  id: CHATS,
  capabilities: chatsCapabilities(directories),
  resolveFrom: chatsDelivery.resolveFrom,
  isComplete: isCompleteList,
  olderMessages: deferredMethod,
  markRead: deferredMethod,
  cancelQueued: deferredMethod,
  sendQueuedNow: deferredMethod,
  editMessage: deferredMethod,
  rename: deferredMethod,
  proposeTitle: deferredMethod,
  setPlanMode: deferredMethod,
  configure: deferredMethod,
  models: deferredMethod,
  findCreated: deferredMethod,
  apiPath: deferredMethod,
  diff: deferredMethod,
  cost: deferredMethod,
  worktreeActions: deferredMethod,
  finishWorktree: deferredMethod,
  worktrees: deferredMethod,
  uploadFile: deferredMethod,
  answerPermission: deferredMethod,
  previewWorktree: deferredMethod,
  watch: deferredMethod,
  follow: deferredMethod,
});

/** The facts of `createCoderBackend` before its first request. Loads no HTTP client: the first frame comes before it. */
export const coderBackendFacts = ({ directories, hasChats }: CoderFacts): Facts<AgentBackend> => ({
  connected: deferredMethod,
  sources: hasChats ? [tasksFacts(directories), chatsFacts(directories)] : [tasksFacts(directories)],
});
