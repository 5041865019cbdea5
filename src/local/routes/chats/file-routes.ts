import { ErrorResponse, resourceNotFound } from '../../http/error-response.ts';
import { readBody, sendJson } from '../../http/router.ts';
import { isUuid } from '../../ids.ts';
import { isOwnOrganization } from '../../tasks/task-search.ts';
import { CHATS } from './chat-routes.ts';
import type { ChatsContext } from './chats-context.ts';

const MAX_BYTES = 10 << 20;

/** Routes of attached files (contract, section 1.11). */
export function fileRoutes({ router, chats, me, requireToken, requireTokenAndWritable }: ChatsContext): void {
  router.on('POST', `${CHATS}/files`, requireTokenAndWritable, async (request) => {
    const organization = request.req.query('organization') ?? '';
    if (organization === '') throw new ErrorResponse(400, 'Missing organization query parameter.');
    if (!isOwnOrganization(organization, me)) throw resourceNotFound();
    const [mediaType = ''] = (request.req.header('Content-Type') ?? '').split(';');
    const type = mediaType.trim().toLowerCase();
    const bytes = await readBody(request, MAX_BYTES, () => fileTooLarge());
    const name = fileNameOf(request.req.header('Content-Disposition') ?? '');
    return sendJson(request, { id: chats.addFile({ name, media_type: type, bytes }) }, 201);
  });

  router.on('GET', `${CHATS}/files/:file`, requireToken, (request) => {
    const id = request.req.param('file') ?? '';
    if (!isUuid(id)) throw new ErrorResponse(400, `Invalid UUID "${id}".`);
    const file = chats.chats.file(id);
    if (file === null) throw resourceNotFound();
    return request.body(Uint8Array.from(file.bytes).buffer, 200, {
      'Content-Type': file.media_type,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name.toWellFormed())}`,
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'private, max-age=31536000, immutable',
    });
  });
}

const fileTooLarge = (): ErrorResponse =>
  new ErrorResponse(413, 'File too large.', `Maximum file size is ${MAX_BYTES} bytes.`);

/** The file name in `Content-Disposition` (RFC 6266), without directories. */
function fileNameOf(disposition: string): string {
  const [, encoded] = /filename\*=utf-8''([^;]+)/iu.exec(disposition) ?? [];
  const [, quoted, plain = ''] = /filename=(?:"((?:[^"\\]|\\.)*)"|([^;]+))/iu.exec(disposition) ?? [];
  const name = decoded(encoded) ?? quoted?.replace(/\\(.)/gu, '$1') ?? plain.trim();
  return (name.split(/[/\\]/u).at(-1) ?? '').slice(0, 255);
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
