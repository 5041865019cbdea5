import type { Clock } from '../../domain/ports/clock.ts';
import { type RepositoryChanges, repositoryChanges } from '../git/repository-changes.ts';
import { GitError, type GitOptions } from '../git/run-git.ts';
import { wireJson, wireTime } from '../http/wire-json.ts';
import type { Connection, MessageSource } from './connection.ts';

/** The uncommitted changes of a directory on a socket (contract, section 1.12). */
export class GitChanges implements MessageSource {
  readonly #options: Omit<GitOptions, 'signal'>;
  readonly #connection: Connection;
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #closing = new AbortController();
  /** The newest message that is not written; null for none. */
  #message: string | null = null;
  #isReading = false;
  /** Another read must follow the current one. */
  #isAsked = false;
  #sent: string | null = null;

  constructor(options: Omit<GitOptions, 'signal'>, connection: Connection, clock: Pick<Clock, 'wall'>) {
    this.#options = options;
    this.#connection = connection;
    this.#clock = clock;
    connection.onText((text) => {
      if (isRefresh(text)) void this.#read(true);
      else this.#put({ type: 'error', message: 'Unknown message type.' });
    });
    connection.onClose(() => this.#closing.abort());
    connection.write(this);
  }

  next(): string | null {
    const message = this.#message;
    this.#message = null;
    return message;
  }

  /** The directory may have changed. Writes only other changes than the last ones, once the client has any. */
  changed(): void {
    if (this.#sent !== null) void this.#read(false);
  }

  /** `isWanted`: the client waits for an answer. */
  async #read(isWanted: boolean): Promise<void> {
    this.#isAsked ||= isWanted;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      do {
        const mustAnswer = this.#isAsked;
        this.#isAsked = false;
        const { text, body } = await this.#answer();
        if (this.#closing.signal.aborted) return;
        if (mustAnswer || text !== this.#sent) this.#put(body);
        this.#sent = text;
      } while (this.#isAsked);
    } finally {
      this.#isReading = false;
    }
  }

  async #answer(): Promise<{ readonly text: string; readonly body: object }> {
    const { signal } = this.#closing;
    try {
      const changes = await repositoryChanges('uncommitted', { ...this.#options, signal });
      const repositories = changes === null ? [] : [wireRepository(changes)];
      return {
        text: JSON.stringify(repositories),
        body: { type: 'changes', scanned_at: wireTime(this.#clock.wall()), repositories },
      };
    } catch (error) {
      if (!(error instanceof GitError) && !signal.aborted) console.error(error);
      const message = error instanceof GitError ? error.message : 'Cannot read the changes.';
      return { text: message, body: { type: 'error', message } };
    }
  }

  #put(body: object): void {
    this.#message = wireJson(body).trimEnd();
    this.#connection.wake();
  }
}

const wireRepository = ({ root, branch, origin, diff }: RepositoryChanges): object => ({
  repo_root: root,
  branch,
  remote_origin: origin,
  unified_diff: diff,
});

function isRefresh(text: string): boolean {
  try {
    return JSON.parse(text)?.type === 'refresh';
  } catch {
    return false;
  }
}
