import { rmdir } from 'node:fs/promises';
import path from 'node:path';
import { baseName } from '../../domain/worktree-text.ts';
import type {
  WireWorktreeAction,
  WireWorktreeActions,
  WireWorktreeEntry,
} from '../../wire/local-extension.ts';
import type { LocalChats } from '../chats/local-chats.ts';
import type { GitOptions } from '../git/run-git.ts';
import { resourceNotFound } from '../http/error-response.ts';
import { deleteBranch } from './delete-branch.ts';
import { ACTIONS, type Examined, examineWorktree } from './examine-worktree.ts';
import type { Offer } from './finish-rules.ts';
import { RepositoryQueue } from './repository-queue.ts';
import { FAILED, refused, runOffer } from './run-offer.ts';
import { counted, type Reason, reasonIf } from './sentences.ts';
import { removeVanishedEntry } from './vanished-worktree.ts';
import type { WorktreeContext } from './worktree-context.ts';
import { isInside, realPath } from './worktree-list.ts';
import type { WorktreeRow } from './worktree-table.ts';
import type { Worktrees } from './worktrees.ts';

export interface WorktreeFinishingOptions extends Pick<WorktreeContext, 'environment'> {
  readonly chats: LocalChats;
  readonly worktrees: Pick<Worktrees, 'wireOf'>;
  /** Called after an action that may have changed the numbers of a chat's worktree. */
  readonly onFinished: (chatId: string) => void;
}

export interface FinishRequest {
  readonly action: WireWorktreeAction;
  /** For `remove`. */
  readonly deletesBranch: boolean;
}

/** Finishes the work in worktrees: merge, rebase, push, pull request, removal. Throws ErrorResponses and GitErrors. */
export class WorktreeFinishing {
  readonly #setup: WorktreeFinishingOptions;
  readonly #queue = new RepositoryQueue();
  readonly #closing = new AbortController();

  constructor(setup: WorktreeFinishingOptions) {
    this.#setup = setup;
  }

  /** The actions on the worktree of a chat. Throws a 404 if the chat has none. */
  async actions(chatId: string, signal: AbortSignal): Promise<WireWorktreeActions> {
    const row = this.#row(chatId);
    const examined = await this.#examine(row, ACTIONS, signal);
    return {
      actions: examined.offers.map(({ action, steps, reasons, remarks }) => ({
        action,
        steps: steps.map(({ shown, directory }) => ({ command: shown, directory })),
        reasons: reasons.map(({ text }) => text),
        remarks,
      })),
      may_delete_branch: examined.mayDeleteBranch,
    };
  }

  /**
   * Runs an action, and resolves to a sentence about its result. The check and the action are one: no turn of the chat and
   * no other action on the repository runs meanwhile. Ends only with the server, not with the request.
   */
  async finish(chatId: string, { action, deletesBranch }: FinishRequest): Promise<string> {
    const row = this.#row(chatId);
    const { signal } = this.#closing;
    // Refuses with the same words as `actions`, before it waits.
    this.#requireResting(row, action);
    return this.#setup.chats.whileResting(row.chat_id, (closeAgent) =>
      this.#queue.run(realPath(row.git_directory), async () => {
        const wants = { action, deletesBranch };
        const first = await this.#check(row, wants);
        if (action !== 'remove') {
          const output = await runOffer(first.offer, this.#git(row.chat_id, signal));
          this.#setup.onFinished(row.chat_id);
          return resultOf(first, output);
        }
        await closeAgent(signal);
        // The agent and its processes may have changed files until now.
        const last = await this.#check(row, wants);
        return this.#remove(this.#row(row.chat_id), last, deletesBranch);
      }),
    );
  }

  /** All worktrees that taskdeck made and that still exist, also those of deleted chats. */
  async entries(signal: AbortSignal): Promise<readonly WireWorktreeEntry[]> {
    const { chats, worktrees } = this.#setup;
    const entries: WireWorktreeEntry[] = [];
    for (const row of chats.chats.worktrees.all()) {
      if (row.state !== 'made') continue;
      const { place, facts, offers } = await this.#examine(row, ['remove'], signal);
      const wire = worktrees.wireOf(row.chat_id);
      if (place?.kind === 'vanished' || wire === null) continue;
      const chat = chats.chats.chat(row.chat_id);
      entries.push({
        ...wire,
        ...(facts !== null && {
          branch: facts.status.branch || row.branch,
          ahead: facts.ahead,
          behind: facts.behind,
          dirty: facts.status.changed.length,
          untracked: facts.status.untracked.length,
        }),
        chat_id: chat?.id ?? null,
        archived: chat?.archived === 1,
        reasons: offers.flatMap(({ reasons }) => reasons.map(({ text }) => text)),
      });
    }
    return entries;
  }

  /** Forgets the worktrees of deleted chats whose directories are gone. Never rejects; logs errors. */
  async forgetVanished(): Promise<void> {
    const { chats } = this.#setup.chats;
    for (const row of chats.worktrees.all().filter(({ chat_id: id }) => chats.chat(id) === null)) {
      try {
        await this.#queue.run(realPath(row.git_directory), () => this.#forgetIfVanished(row));
      } catch (error) {
        if (!this.#closing.signal.aborted) console.error(`The worktree ${row.path}:`, error);
      }
    }
  }

  /** Ends running commands at the server's end. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The server ends.'));
    await this.#queue.settled();
  }

  async #forgetIfVanished(row: WorktreeRow): Promise<void> {
    const { worktrees } = this.#setup.chats.chats;
    const options = this.#git(row.chat_id, this.#closing.signal);
    if (row.state === 'made') {
      const { place } = await examineWorktree(row, [], options);
      if (place?.kind !== 'vanished') return;
      if (place.movedTo === null && (await removeVanishedEntry(row, place, options)) !== null) return;
    }
    // A chat with this id cannot come back.
    worktrees.delete(row.chat_id);
  }

  async #check(
    row: WorktreeRow,
    { action, deletesBranch }: FinishRequest,
  ): Promise<{ readonly examined: Examined; readonly offer: Offer }> {
    const examined = await this.#examine(this.#row(row.chat_id), [action], this.#closing.signal);
    const [offer] = examined.offers;
    if (offer === undefined) throw new Error(`No offer for ${action}.`);
    const keepsBranch: readonly Reason[] =
      deletesBranch && !examined.mayDeleteBranch
        ? [
            {
              field: 'delete_branch',
              text: 'Its base does not have all commits of the branch, or taskdeck did not make it.',
            },
          ]
        : [];
    const reasons = [...offer.reasons, ...keepsBranch];
    if (reasons.length > 0) throw refused(FAILED[action], reasons);
    return { examined, offer };
  }

  async #remove(
    row: WorktreeRow,
    { examined: { place, facts }, offer }: { readonly examined: Examined; readonly offer: Offer },
    deletesBranch: boolean,
  ): Promise<string> {
    const { worktrees } = this.#setup.chats.chats;
    const options = this.#git(row.chat_id, this.#closing.signal);
    if (place?.kind === 'vanished') {
      const kept = await removeVanishedEntry(row, place, options);
      if (kept !== null) throw refused(FAILED.remove, [{ field: 'commits', text: kept }]);
    } else await runOffer(offer, options);
    // The next turn makes it again from the branch that its work is on.
    const branch = facts?.status.branch || row.branch;
    const owns = branch === row.branch ? row.owns_branch : 0;
    worktrees.update(row.chat_id, { state: 'removed', branch, owns_branch: owns });
    this.#setup.onFinished(row.chat_id);
    await removeEmptyParents(row.path);
    const removed = `Removed the worktree ${row.path}.`;
    if (!deletesBranch || facts === null) return `${removed} The branch ${branch} stays.`;
    await deleteBranch(branch, facts.branchCommit, {
      ...options,
      directory: offer.steps[0]?.directory ?? '/',
    });
    return `${removed} Deleted the branch ${branch}.`;
  }

  async #examine(
    row: WorktreeRow,
    actions: readonly WireWorktreeAction[],
    signal: AbortSignal,
  ): Promise<Examined> {
    const examined = await examineWorktree(row, actions, this.#git(row.chat_id, signal));
    return {
      ...examined,
      offers: examined.offers.map((offer) => ({
        ...offer,
        reasons: [...this.#turnReasons(row), ...this.#neighbourReasons(row, offer), ...offer.reasons],
      })),
    };
  }

  #turnReasons(row: WorktreeRow): readonly Reason[] {
    const { chats } = this.#setup;
    const chat = chats.chats.chat(row.chat_id);
    return chat !== null && chats.isWorking(chat)
      ? [{ field: 'turn', text: 'A turn of the chat is running. Wait for its end, or interrupt it.' }]
      : [];
  }

  /** Other chats whose agents work where the action changes files. */
  #neighbourReasons(row: WorktreeRow, { changes }: Offer): readonly Reason[] {
    const { chats } = this.#setup;
    const working = chats.chats
      .chats()
      .filter(
        (chat) =>
          chat.id !== row.chat_id &&
          chats.isWorking(chat) &&
          changes.some((directory) => isInside(realPath(chat.directory), directory)),
      );
    return reasonIf(
      working.map(({ title, directory }) => `${title} (${directory})`),
      'turn',
      (list) => `Turns of other chats run there: ${list}.`,
    );
  }

  #requireResting(row: WorktreeRow, action: WireWorktreeAction): void {
    const reasons = this.#turnReasons(row);
    if (reasons.length > 0) throw refused(FAILED[action], reasons);
  }

  #row(chatId: string): WorktreeRow {
    const row = this.#setup.chats.chats.worktrees.of(chatId);
    if (row === null) throw resourceNotFound();
    return row;
  }

  #git(chatId: string, signal: AbortSignal): Omit<GitOptions, 'directory'> {
    return { env: this.#setup.environment(chatId), signal };
  }
}

/** The result of an action that is no removal. */
function resultOf(
  { examined: { facts }, offer }: { readonly examined: Examined; readonly offer: Offer },
  output: string,
): string {
  if (facts === null) return 'Done.';
  const { status, base, ahead } = facts;
  const [step] = offer.steps;
  switch (offer.action) {
    case 'merge':
      return `Merged ${counted(ahead, 'commit')} of ${status.branch} into ${baseName(base.name)} in ${step?.directory}.`;
    case 'rebase':
      return `Rebased ${counted(ahead, 'commit')} of ${status.branch} onto ${baseName(base.name)}.`;
    case 'push':
      return `Pushed ${status.branch}.`;
    default: {
      const url = /https?:\/\/\S+/u.exec(output)?.[0];
      return url === undefined ? 'Created the pull request.' : `Created the pull request ${url}`;
    }
  }
}

/** Ends the directories that only held the worktree: those of its branch's name, and that of its repository. */
async function removeEmptyParents(worktree: string): Promise<void> {
  let directory = path.dirname(worktree);
  for (let isLast = false; !isLast; directory = path.dirname(directory)) {
    isLast = /-[0-9a-f]{8}$/u.test(directory) || directory === path.dirname(directory);
    try {
      await rmdir(directory);
    } catch {
      // It holds other worktrees.
      return;
    }
  }
}
