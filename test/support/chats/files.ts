import { randomUUID } from 'node:crypto';
import type { Call, Operation } from './operations.ts';
import { notFound, Refusal } from './refusal.ts';
import type { ChatRow, FileRow, Part } from './rows.ts';
import { type ChatsState, ME, ORGANIZATION_ID } from './state.ts';

const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Files that a chat can have. */
const MAX_FILES = 50;

const MEDIA_TYPES = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/svg+xml',
  'text/plain',
  'text/markdown',
  'text/csv',
  'application/json',
  'application/pdf',
];

/** The first bytes of the types that have a signature. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['\x89PNG\r\n\x1a\n'],
  'image/jpeg': ['\xff\xd8\xff'],
  'image/gif': ['GIF87a', 'GIF89a'],
  'image/webp': ['RIFF'],
  'application/pdf': ['%PDF-'],
};

/** The name in `Content-Disposition`, in both of its forms. */
function nameOf(disposition: string): string {
  const [, encoded] = /filename\*=utf-8''([^;]+)/iu.exec(disposition) ?? [];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  const [, quoted, plain] = /filename=(?:"((?:[^"\\]|\\.)*)"|([^;]+))/iu.exec(disposition) ?? [];
  return (quoted?.replace(/\\(.)/gu, '$1') ?? plain ?? '').trim();
}

function upload({ state, query, headers, bytes }: Call): FileRow {
  const organization = query.get('organization') ?? '';
  if (organization === '') throw new Refusal(400, 'Missing organization query parameter.');
  if (organization !== ORGANIZATION_ID) throw notFound();
  const [mediaType = ''] = String(headers['content-type'] ?? '').split(';');
  if (!MEDIA_TYPES.includes(mediaType.trim()))
    throw new Refusal(400, 'Unsupported file type.', { detail: `Allowed types: ${MEDIA_TYPES.join(', ')}.` });
  if (bytes.length > MAX_FILE_BYTES)
    throw new Refusal(413, 'File too large.', { detail: `Maximum file size is ${MAX_FILE_BYTES} bytes.` });
  if (bytes.length === 0) throw new Refusal(400, 'File is empty.');
  const signatures = SIGNATURES[mediaType.trim()];
  const start = bytes.subarray(0, 16).toString('latin1');
  if (signatures !== undefined && !signatures.some((signature) => start.startsWith(signature)))
    throw new Refusal(400, 'File content type does not match Content-Type header.');
  const row: FileRow = {
    id: randomUUID(),
    ownerId: ME.id,
    name: nameOf(String(headers['content-disposition'] ?? '')),
    mediaType: mediaType.trim(),
    bytes,
  };
  state.files.set(row.id, row);
  return row;
}

/** The parts with the name and type of their files. Throws 400 for a file that was never uploaded. */
export function withFiles(state: ChatsState, parts: readonly Part[]): readonly Part[] {
  return parts.map((part, index) => {
    if (part.type !== 'file') return part;
    const file = state.files.get(String(part.file_id));
    if (file === undefined)
      throw new Refusal(400, 'Invalid input part.', {
        detail: `content[${index}].file_id references a file that does not exist.`,
      });
    return { type: 'file', file_id: file.id, media_type: file.mediaType, name: file.name };
  });
}

/** Adds the files of the parts to the chat, up to the limit. Returns the warnings of the answer. */
export function linkFiles(chat: ChatRow, parts: readonly Part[]): readonly string[] {
  const ids = parts.flatMap(({ type, file_id }) => (type === 'file' ? [String(file_id)] : []));
  const added = [...new Set(ids)].filter((id) => !chat.fileIds.includes(id));
  const free = MAX_FILES - chat.fileIds.length;
  chat.fileIds = [...chat.fileIds, ...added.slice(0, free)];
  const left = added.length - free;
  return left > 0
    ? [`${left} file(s) could not be attached: a chat can have at most ${MAX_FILES} files.`]
    : [];
}

export const wireFiles = ({ files }: ChatsState, { fileIds }: ChatRow): readonly unknown[] =>
  fileIds.flatMap((id) => {
    const file = files.get(id);
    return file === undefined ? [] : [{ id, name: file.name, media_type: file.mediaType }];
  });

export const fileOperations: readonly Operation[] = [
  {
    name: 'upload file',
    method: 'POST',
    path: /^\/files$/u,
    under: 'chats',
    needsGateway: true,
    run: (call) => ({ status: 201, body: { id: upload(call).id } }),
  },
];
