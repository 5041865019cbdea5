import { coderBackendFacts as factsOfCoder } from '../../../../src/api/coder-facts.ts';
import { deferredMethod } from '../../../../src/platform/decorate.ts';
import { chatsFacts } from '../chats-facts.ts';

export const coderBackendFacts: typeof factsOfCoder = (features) => {
  const { sources, ...facts } = factsOfCoder(features);
  return {
    ...facts,
    sources: [sources[0], { ...chatsFacts, watch: deferredMethod, follow: deferredMethod }],
  };
};
