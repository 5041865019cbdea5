import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import { EnvelopeError, isWatchEvent } from '../../wire/chat-event.ts';
import type { ChatsApi } from './chats-api.ts';

/**
 * The watch socket of a deployment. Its events say too little to change a row: they have no unread messages and no
 * sub-agents, and none is sent for a new message. The list is requested instead.
 */
export const createChatsWatch =
  (api: ChatsApi): NonNullable<Source['watch']> =>
  (onHint, signal) =>
    api.openSocket(
      { path: '/watch' },
      {
        onOpen: onHint,
        onMessage(frame) {
          if (isHint(frame)) onHint();
        },
      },
      signal,
    );

function isHint(frame: string): boolean {
  try {
    return isWatchEvent(frame);
  } catch (error) {
    throw frameError(error);
  }
}

/** The BackendError for a frame that cannot be read. */
export function frameError(error: unknown): unknown {
  if (error instanceof EnvelopeError)
    return new BackendError({
      kind: 'server',
      message: error.message || 'The server ended the stream with an error.',
      tookEffect: 'no',
      cause: error,
    });
  if (error instanceof SyntaxError)
    return new BackendError({
      kind: 'bad-answer',
      message: 'A message of the stream is not valid JSON.',
      hint: 'Update taskdeck, and check whether a proxy changes the answers of the server.',
      tookEffect: 'no',
      cause: error,
    });
  return error;
}
