import { coderBackendFacts as factsOfCoder } from '../../../../src/api/coder-facts.ts';
import { deferredMethod } from '../../../../src/platform/decorate.ts';
import { chatsFacts } from '../chats-facts.ts';

/** Members that this source does not have: one that is left out would count as a method. */
const MISSING = {
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
  apiPath: undefined,
};

export const coderBackendFacts: typeof factsOfCoder = (features) => {
  const { sources, ...facts } = factsOfCoder(features);
  return {
    ...facts,
    sources: [sources[0], { ...chatsFacts, ...MISSING, watch: deferredMethod, follow: deferredMethod }],
  };
};
