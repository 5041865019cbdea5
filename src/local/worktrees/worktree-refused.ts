import { GitError } from '../git/run-git.ts';
import { ErrorResponse } from '../http/error-response.ts';

/** A chat cannot have a worktree. The message is for users and says what to do. */
export class WorktreeRefused extends Error {
  override readonly name = 'WorktreeRefused';
  /** The field of the request that it is about. */
  readonly field: 'worktree' | 'base' | 'branch';

  constructor(field: WorktreeRefused['field'], message: string) {
    super(message);
    this.field = field;
  }

  /** The response to a request that needs the worktree. */
  toResponse(): ErrorResponse {
    return new ErrorResponse(400, 'Unable to create the worktree.', this.message, [
      { field: this.field, detail: this.message },
    ]);
  }
}

/** Passes on the output of a first run of git in `directory`; turns its errors into a WorktreeRefused. */
export async function refusedByGit<Output>(directory: string, running: Promise<Output>): Promise<Output> {
  try {
    return await running;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new WorktreeRefused('worktree', sentenceOf(directory, error));
  }
}

function sentenceOf(directory: string, { message, cause }: GitError): string {
  const { code }: { code?: unknown } = Object(cause);
  if (code === 'ENOENT') {
    return 'Cannot find git. Install it, or correct PATH in the shell that starts taskdeck.';
  }
  if (message.startsWith('not a git repository')) {
    return `${directory} is in no git repository. Choose another directory, or create the chat without a worktree.`;
  }
  return `git refuses ${directory}: ${message.replace(/\.$/u, '')}. Run "git status" there to see what to do.`;
}
