import path from 'node:path';
import { checkAttachmentFile } from '../attachments/attachment-file.ts';
import { tooManyFiles, withAttachment } from '../domain/attachment.ts';
import type { Attachment } from '../domain/delivery.ts';
import { UsageError } from '../domain/errors.ts';
import type { Source } from '../domain/ports/source.ts';
import { mayAttach } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';

/**
 * The files of `--attach`, all checked; a file that is named twice only once.
 * @throws UsageError for the first one that a chat does not take
 */
export async function checkAttachments(paths: readonly string[]): Promise<readonly Attachment[]> {
  let files: readonly Attachment[] = [];
  for (const each of paths) files = withAttachment(files, await checkAttachmentFile(absolute(each), each));
  const tooMany = tooManyFiles(files.length);
  if (tooMany !== null) throw new UsageError(tooMany);
  return files;
}

function absolute(file: string): string {
  try {
    return path.resolve(file);
  } catch {
    throw new UsageError(
      `--attach ${file} is relative, and the current directory was deleted. Use an absolute path.`,
    );
  }
}

/**
 * Uploads files for a message when it is called, one after another and only once, and resolves to their ids. Rejects with
 * the error of the first that fails.
 * @throws UsageError for a task that takes no files
 */
export function uploadOnce(
  source: Source,
  task: Task,
  files: readonly Attachment[],
  signal: AbortSignal,
): () => Promise<readonly string[]> {
  if (files.length === 0) return async () => [];
  const allowed = mayAttach(task);
  if (allowed !== true || source.uploadFile === undefined)
    throw new UsageError(`${allowed === true ? 'It takes no files.' : allowed} Omit --attach.`);
  const uploadAll = async (): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (const file of files) ids.push((await source.uploadFile?.(task, file, signal)) ?? '');
    return ids;
  };
  let uploaded: Promise<readonly string[]> | null = null;
  return () => {
    uploaded ??= uploadAll();
    return uploaded;
  };
}
