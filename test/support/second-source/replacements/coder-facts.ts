import { coderBackendFacts as factsOfCoder, NO_OPTIONAL_MEMBERS } from '../../../../src/api/coder-facts.ts';
import { deferredMethod } from '../../../../src/platform/decorate.ts';
import { chatsFacts } from '../chats-facts.ts';

export const coderBackendFacts: typeof factsOfCoder = (features) => {
  const { sources, ...facts } = factsOfCoder(features);
  return {
    ...facts,
    sources: [
      sources[0],
      { ...NO_OPTIONAL_MEMBERS, ...chatsFacts, watch: deferredMethod, follow: deferredMethod },
    ],
  };
};
