import { createCoderBackend as createBackend } from '../../../../src/api/coder-backend.ts';
import { createChatsSource } from '../chats-source.ts';

/** Lists the chats of the server at `CHATS_URL` beside the Tasks. */
export const createCoderBackend: typeof createBackend = (options) => {
  const backend = createBackend(options);
  return { ...backend, sources: [backend.sources[0], createChatsSource(options.env?.CHATS_URL ?? '')] };
};
