import type { Attachment } from '../../domain/delivery.ts';
import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import { chatFacts, type Task } from '../../domain/task.ts';

/** The uploaded files of messages, as long as taskdeck runs. */
export interface AttachmentUploads {
  /**
   * Uploads the files that are not uploaded yet, one after another, and resolves to the ids of all. Rejects with a
   * BackendError `invalid` when a file is gone or has changed, or the task takes none.
   */
  upload(
    source: Source,
    task: Task,
    files: readonly Attachment[],
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Uploads these files again for the next message: the server refused one that has them. */
  forget(task: Task, files: readonly Attachment[]): void;
}

export function createAttachmentUploads(): AttachmentUploads {
  /** Ids by organization and content. Messages to several chats of an organization share them. */
  const uploaded = new Map<string, string>();

  return {
    async upload(source, task, files, signal) {
      if (source.uploadFile === undefined)
        throw new BackendError({
          kind: 'invalid',
          message: 'The task takes no files.',
          hint: 'Remove them, and send the text alone.',
          tookEffect: 'no',
        });
      const ids: string[] = [];
      for (const file of files) {
        const key = keyOf(task, file);
        const id = uploaded.get(key) ?? (await source.uploadFile(task, file, signal));
        uploaded.set(key, id);
        ids.push(id);
      }
      return ids;
    },
    forget(task, files) {
      for (const file of files) uploaded.delete(keyOf(task, file));
    },
  };
}

const keyOf = (task: Task, { path, size, modifiedAt }: Attachment): string =>
  JSON.stringify([task.source, chatFacts(task)?.organizationId ?? task.id, path, size, modifiedAt]);
