import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { AttachmentError, checkAttachment, HEAD_BYTES } from '../domain/attachment.ts';
import type { Attachment } from '../domain/delivery.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { systemCode, systemReason } from '../platform/system-error.ts';

/**
 * The file as an attachment. `file`: an absolute path; `shown`: the path in sentences.
 * @throws AttachmentError when it is missing, unreadable, or nothing that a chat takes
 */
export async function checkAttachmentFile(file: string, shown = file): Promise<Attachment> {
  try {
    // Opening a device or a named pipe can have an effect.
    const facts = await stat(file);
    if (!facts.isFile())
      checkAttachment({
        path: shown,
        kind: facts.isDirectory() ? 'directory' : 'other',
        size: 0,
        head: NO_BYTES,
      });
    return await withFile(file, async (handle) => {
      const { size, mtimeMs } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const head = buffer.subarray(0, bytesRead);
      const mediaType = checkAttachment({ path: shown, kind: 'file', size, head });
      return { path: file, name: path.basename(file), mediaType, size, modifiedAt: Math.floor(mtimeMs) };
    });
  } catch (error) {
    throw readError(error, shown);
  }
}

/**
 * The content of an attached file.
 * @throws AttachmentError when it is gone, unreadable, or has changed since it was attached
 */
export async function readAttachment({ path: file, size, modifiedAt }: Attachment): Promise<Buffer> {
  try {
    return await withFile(file, async (handle) => {
      const before = await handle.stat();
      const isSame = before.isFile() && before.size === size && Math.floor(before.mtimeMs) === modifiedAt;
      // A byte more than expected shows a file that grows.
      const { buffer, bytesRead } = isSame ? await readUpTo(handle, size + 1) : NOTHING;
      const after = await handle.stat();
      if (!isSame || bytesRead !== size || after.mtimeMs !== before.mtimeMs)
        throw new AttachmentError(
          `${sanitiseLine(file)} has changed since it was attached. Attach it again.`,
        );
      return buffer.subarray(0, bytesRead);
    });
  } catch (error) {
    throw readError(error, file);
  }
}

const NO_BYTES = new Uint8Array();
const NOTHING = { buffer: Buffer.alloc(0), bytesRead: 0 };

async function withFile<Result>(file: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  // A file that was replaced by a named pipe must not block.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function readUpTo(
  handle: FileHandle,
  bytes: number,
): Promise<{ readonly buffer: Buffer; readonly bytesRead: number }> {
  const buffer = Buffer.alloc(bytes);
  let total = 0;
  while (total < bytes) {
    const { bytesRead } = await handle.read(buffer, total, bytes - total, total);
    if (bytesRead === 0) break;
    total += bytesRead;
  }
  return { buffer, bytesRead: total };
}

function readError(error: unknown, shown: string): unknown {
  const code = systemCode(error);
  if (code === null) return error;
  const name = sanitiseLine(shown);
  return new AttachmentError(
    code === 'ENOENT' ? `There is no file ${name}.` : `Cannot read ${name}: ${systemReason(error)}.`,
  );
}
