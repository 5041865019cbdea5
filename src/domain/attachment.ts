import type { Attachment } from './delivery.ts';
import { UsageError } from './errors.ts';
import type { MessagePart } from './message.ts';
import { formatBytes } from './text/format.ts';
import { sanitiseLine } from './text/sanitise.ts';

/** The limits of Coder's Chats API (`POST …/chats/files`): bytes of a file, and files of a chat. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 50;

/** Bytes at the start of a file that `attachmentProblem` needs at most. */
export const HEAD_BYTES = 512;

interface FileType {
  readonly mediaType: string;
  /** With an article, for a sentence. */
  readonly noun: string;
  /** Ends of names, in lower case. */
  readonly extensions: readonly string[];
  /** The first bytes; null for text. */
  readonly starts: ((head: Uint8Array) => boolean) | null;
}

const startsWith =
  (...bytes: readonly number[]) =>
  (head: Uint8Array): boolean =>
    bytes.every((byte, index) => head[index] === byte);

const textAt = (head: Uint8Array, start: number, text: string): boolean =>
  String.fromCharCode(...head.subarray(start, start + text.length)) === text;

const FILE_TYPES: readonly FileType[] = [
  {
    mediaType: 'image/png',
    noun: 'a PNG image',
    extensions: ['png'],
    starts: startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  },
  {
    mediaType: 'image/jpeg',
    noun: 'a JPEG image',
    extensions: ['jpeg', 'jpg'],
    starts: startsWith(0xff, 0xd8, 0xff),
  },
  {
    mediaType: 'image/gif',
    noun: 'a GIF image',
    extensions: ['gif'],
    starts: (head) => textAt(head, 0, 'GIF87a') || textAt(head, 0, 'GIF89a'),
  },
  {
    mediaType: 'image/webp',
    noun: 'a WebP image',
    extensions: ['webp'],
    starts: (head) => textAt(head, 0, 'RIFF') && textAt(head, 8, 'WEBP'),
  },
  {
    mediaType: 'application/pdf',
    noun: 'a PDF document',
    extensions: ['pdf'],
    starts: (head) => textAt(head, 0, '%PDF-'),
  },
  { mediaType: 'text/plain', noun: 'a text file', extensions: ['txt'], starts: null },
  { mediaType: 'text/markdown', noun: 'a Markdown file', extensions: ['md'], starts: null },
  { mediaType: 'text/csv', noun: 'a CSV file', extensions: ['csv'], starts: null },
  { mediaType: 'application/json', noun: 'a JSON file', extensions: ['json'], starts: null },
  { mediaType: 'image/svg+xml', noun: 'an SVG image', extensions: ['svg'], starts: null },
];

const TYPE_LIST = 'png, jpeg, gif, webp, txt, md, csv, json, pdf and svg';

/** A file that cannot be attached. The message names the file and says what to do. */
export class AttachmentError extends UsageError {}

/** The facts of a file on disk that decide whether a chat takes it. */
export interface FileFacts {
  /** Its path as the user knows it. Untrusted text. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Its first `HEAD_BYTES` bytes, or all. */
  readonly head: Uint8Array;
}

/**
 * The media type of a file that a chat takes.
 * @throws AttachmentError
 */
export function checkAttachment({ path, kind, size, head }: FileFacts): string {
  const name = sanitiseLine(path);
  if (kind === 'directory') throw new AttachmentError(`${name} is a directory. Attach its files one by one.`);
  if (kind === 'other') throw new AttachmentError(`${name} is not a file.`);
  const extension = /\.([^./]+)$/u.exec(path)?.[1]?.toLowerCase() ?? '';
  const named = FILE_TYPES.find(({ extensions }) => extensions.includes(extension));
  if (named === undefined)
    throw new AttachmentError(`${name} cannot be attached: chats take only ${TYPE_LIST} files.`);
  if (size === 0) throw new AttachmentError(`${name} is empty.`);
  if (size > MAX_FILE_BYTES)
    throw new AttachmentError(
      `${name} is too large: it has ${mebibytes(size)}, and a chat takes files of at most ${mebibytes(MAX_FILE_BYTES)}.`,
    );
  const isTyped = named.starts === null ? !head.includes(0) : named.starts(head);
  if (isTyped) return named.mediaType;
  const actual = FILE_TYPES.find(({ starts }) => starts?.(head) === true);
  throw new AttachmentError(
    actual === undefined
      ? `${name} is named like ${named.noun}, but its content is something else. Chats take only ${TYPE_LIST} files.`
      : `${name} is named like ${named.noun}, but it is ${actual.noun}. Rename it to .${actual.extensions[0]}.`,
  );
}

/** Rounded up, so that a file above the limit has another number than the limit. */
const mebibytes = (bytes: number): string => `${Math.ceil((bytes / 1_048_576) * 10) / 10} MiB`;

/** `report.pdf 1.2 MB`, safe to show. */
export const attachmentLabel = ({ name, size }: Pick<Attachment, 'name' | 'size'>): string =>
  `${sanitiseLine(name)} ${formatBytes(size)}`;

/** The files as parts of their message. */
export const attachmentParts = (files: readonly Attachment[]): readonly MessagePart[] =>
  files.map(({ name, mediaType }) => ({ type: 'file', name, mediaType }));

/** The files with another one at the end; a file that is already there keeps its place. */
export const withAttachment = (files: readonly Attachment[], added: Attachment): readonly Attachment[] =>
  files.some(({ path }) => path === added.path)
    ? files.map((file) => (file.path === added.path ? added : file))
    : [...files, added];

/** Why a message cannot take one more file besides these; null when it can. */
export const tooManyFiles = (count: number): string | null =>
  count > MAX_FILES ? `A chat takes at most ${MAX_FILES} files; these are ${count}.` : null;

/** The attachments of stored JSON, without invalid ones. */
export function parseAttachments(value: unknown): readonly Attachment[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown): readonly Attachment[] => {
    if (typeof each !== 'object' || each === null) return [];
    const { path, name, mediaType, size, modifiedAt } = each as Record<string, unknown>;
    return typeof path === 'string' &&
      typeof name === 'string' &&
      typeof mediaType === 'string' &&
      typeof size === 'number' &&
      typeof modifiedAt === 'number'
      ? [{ path, name, mediaType, size, modifiedAt }]
      : [];
  });
}
