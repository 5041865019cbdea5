import { randomUUID } from 'node:crypto';
import type { Clock } from '../../domain/ports/clock.ts';
import { ErrorResponse } from '../http/error-response.ts';
import type { ChatRepository } from './chat-repository.ts';
import type { UploadedFile } from './chat-requests.ts';
import type { WirePart } from './chat-row-types.ts';

const MAX_FILE_BYTES = 10 << 20;
/** Files that a chat can have. */
const MAX_FILES = 50;

/** The accepted types, with the first bytes of those that have a signature. */
const MEDIA_TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['image/png', ['\x89PNG\r\n\x1a\n']],
  ['image/jpeg', ['\xff\xd8\xff']],
  ['image/gif', ['GIF87a', 'GIF89a']],
  ['image/webp', ['RIFF']],
  ['image/svg+xml', []],
  ['text/plain', []],
  ['text/markdown', []],
  ['text/csv', []],
  ['application/json', []],
  ['application/pdf', ['%PDF-']],
]);

/** Stores a file for later messages. Throws 400 and 413. Returns its id. */
export function addFile(chats: ChatRepository, clock: Clock, file: UploadedFile): string {
  const { name, media_type: mediaType, bytes } = file;
  const signatures = MEDIA_TYPES.get(mediaType);
  if (signatures === undefined) {
    const allowed = [...MEDIA_TYPES.keys()].join(', ');
    throw new ErrorResponse(400, 'Unsupported file type.', `Allowed types: ${allowed}.`);
  }
  if (bytes.length > MAX_FILE_BYTES) {
    throw new ErrorResponse(413, 'File too large.', `Maximum file size is ${MAX_FILE_BYTES} bytes.`);
  }
  if (bytes.length === 0) throw new ErrorResponse(400, 'File is empty.');
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  if (signatures.length > 0 && !signatures.some((signature) => start.startsWith(signature))) {
    throw new ErrorResponse(400, 'File content type does not match Content-Type header.');
  }
  const id = randomUUID();
  chats.addFile({ id, name, media_type: mediaType, bytes, created_at: clock.wall() });
  return id;
}

/**
 * Links the files of a message with its chat, up to the limit; call it in a transaction. Returns sentences for the user
 * about files beyond the limit.
 */
export function linkFiles(
  chats: ChatRepository,
  chatId: string,
  content: readonly WirePart[],
): readonly string[] {
  const ids = content.flatMap(({ type, file_id: id }) => (type === 'file' ? [String(id).toLowerCase()] : []));
  if (ids.length === 0) return [];
  const linked = new Set(chats.filesOf(chatId).map(({ id }) => id));
  const added = [...new Set(ids)].filter((id) => !linked.has(id));
  const free = Math.max(0, MAX_FILES - linked.size);
  for (const id of added.slice(0, free)) chats.linkFile(chatId, id);
  const left = added.length - free;
  return left > 0
    ? [`${left} file(s) could not be attached: a chat can have at most ${MAX_FILES} files.`]
    : [];
}
