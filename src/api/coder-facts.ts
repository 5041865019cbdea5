import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Source } from '../domain/ports/source.ts';
import { CHATS, TASKS } from '../domain/task.ts';
import { deferredMethod, type Facts } from '../platform/decorate.ts';
import { chatsDelivery } from './chats/chats-delivery.ts';
import { CHATS_CAPABILITIES, isCompleteList } from './chats/chats-facts.ts';
import { tasksDelivery } from './tasks-delivery.ts';

interface CoderFacts {
  /** Whether a new task can be given a working directory. */
  readonly directories: boolean;
  readonly hasChats: boolean;
}

/** Each optional member is stated: one that is left out would count as a method. */
type SourceFacts = { [Name in keyof Required<Facts<Source>>]: Facts<Source>[Name] };

const tasksFacts = (directories: boolean): SourceFacts => ({
  id: TASKS,
  capabilities: { directories },
  resolveFrom: tasksDelivery.resolveFrom,
  isComplete: undefined,
  olderMessages: undefined,
  markRead: undefined,
  cancelQueued: undefined,
  sendQueuedNow: undefined,
  editMessage: undefined,
  rename: undefined,
  proposeTitle: undefined,
  setPlanMode: undefined,
  models: undefined,
  findCreated: undefined,
  apiPath: deferredMethod,
  watch: undefined,
  follow: undefined,
});

const chatsFacts: SourceFacts = {
  id: CHATS,
  capabilities: CHATS_CAPABILITIES,
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
  models: deferredMethod,
  findCreated: deferredMethod,
  apiPath: deferredMethod,
  watch: undefined,
  follow: undefined,
};

/** The facts of `createCoderBackend` before its first request. Loads no HTTP client: the first frame comes before it. */
export const coderBackendFacts = ({ directories, hasChats }: CoderFacts): Facts<AgentBackend> => ({
  sources: hasChats ? [tasksFacts(directories), chatsFacts] : [tasksFacts(directories)],
});
