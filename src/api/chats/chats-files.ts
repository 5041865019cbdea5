import { readAttachment } from '../../attachments/attachment-file.ts';
import { AttachmentError } from '../../domain/attachment.ts';
import type { Attachment } from '../../domain/delivery.ts';
import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import { chatFacts } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { uploadedFile } from '../../wire/chat-request.ts';
import type { ChatsApi } from './chats-api.ts';
import { chatsError } from './chats-errors.ts';

/** Uploads a file to an organization, and resolves to its id. The error names the file, and nothing has an effect. */
export type UploadToOrganization = (
  organizationId: string,
  file: Attachment,
  signal: AbortSignal,
) => Promise<string>;

export const createUpload =
  (api: Pick<ChatsApi, 'request'>): UploadToOrganization =>
  async (organizationId, file, signal) => {
    try {
      const bytes = await readAttachment(file);
      const { id } = await api.request(
        uploadedFile,
        {
          method: 'POST',
          path: '/files',
          query: { organization: organizationId },
          raw: {
            bytes,
            headers: {
              'content-type': file.mediaType,
              'content-disposition': attachmentDisposition(file.name),
            },
          },
        },
        signal,
      );
      return id;
    } catch (error) {
      throw uploadError(error, file);
    }
  };

export const createChatsFiles = (upload: UploadToOrganization): Required<Pick<Source, 'uploadFile'>> => ({
  uploadFile: ({ facts }, file, signal) => upload(chatFacts({ facts })?.organizationId ?? '', file, signal),
});

/** The header of RFC 6266. A name outside ASCII follows in UTF-8 (RFC 8187). */
export function attachmentDisposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\]/gu, '\\$&');
  const plain = `attachment; filename="${ascii}"`;
  if (/^[\x20-\x7e]*$/u.test(name)) return plain;
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/gu, percentEncoded);
  return `${plain}; filename*=UTF-8''${encoded}`;
}

const percentEncoded = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** A file that no message names has no effect. */
function uploadError(error: unknown, { name }: Attachment): unknown {
  if (error instanceof AttachmentError)
    return new BackendError({ kind: 'invalid', message: error.message, tookEffect: 'no', cause: error });
  const known = chatsError(error);
  if (!(known instanceof BackendError) || known.kind === 'aborted') return known;
  const { status, hint, ...facts } = known;
  const fileHint =
    status === 413
      ? 'This server takes only smaller files.'
      : status === 415
        ? 'This server does not take files of this type.'
        : hint;
  return new BackendError({
    ...facts,
    message: `Cannot upload ${sanitiseLine(name)}: ${known.message}`,
    ...(status !== undefined && { status }),
    ...(fileHint !== undefined && { hint: fileHint }),
    tookEffect: 'no',
    cause: error,
  });
}
