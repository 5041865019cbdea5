import type { Source } from '../../domain/ports/source.ts';

/** The part of the delivery to chats that needs no request. Known before the first one. */
export const chatsDelivery: Pick<Source, 'resolveFrom'> = {
  resolveFrom: () => 'undecided',
};
