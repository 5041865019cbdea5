import type { Source } from '../../../src/domain/ports/source.ts';
import { hasArrived } from './chat-delivery.ts';

/** The facts of the chats before the first request. */
export const chatsFacts: Pick<Source, 'id' | 'capabilities' | 'resolveFrom'> = {
  id: 'sessions',
  capabilities: { directories: false },
  resolveFrom: (_task, message, { transcript, requestedAt }) =>
    requestedAt >= message.startedAt && hasArrived(message, transcript.messages) ? 'accepted' : 'undecided',
};
