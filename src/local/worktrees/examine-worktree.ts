import type { WireWorktreeAction } from '../../wire/local-extension.ts';
import type { GitOptions } from '../git/run-git.ts';
import {
  mergeOffer,
  noOffer,
  type Offer,
  pullRequestOffer,
  pushOffer,
  rebaseOffer,
  removeOffer,
  removeStep,
} from './finish-rules.ts';
import { basePlace, overwrittenByRebase } from './merge-facts.ts';
import { pushFacts } from './push-facts.ts';
import { removalFacts } from './removal-facts.ts';
import { mayDeleteBranch } from './removal-rules.ts';
import type { Reason } from './sentences.ts';
import { reasonToKeepEntry } from './vanished-worktree.ts';
import { type WorktreeFacts, worktreeFacts } from './worktree-facts.ts';
import { repositoryDirectory, type WorktreePlace, worktreePlace } from './worktree-place.ts';
import type { WorktreeRow } from './worktree-table.ts';

/** Actions on a worktree as it is now. */
export interface Examined {
  readonly place: WorktreePlace | null;
  /** Null unless the worktree exists. */
  readonly facts: WorktreeFacts | null;
  readonly offers: readonly Offer[];
  readonly mayDeleteBranch: boolean;
}

export const ACTIONS: readonly WireWorktreeAction[] = ['merge', 'rebase', 'push', 'pull-request', 'remove'];

/**
 * Reads everything that the actions depend on. It changes nothing.
 * @throws GitError, or the reason of the signal
 */
export async function examineWorktree(
  row: WorktreeRow,
  actions: readonly WireWorktreeAction[],
  options: Omit<GitOptions, 'directory'>,
): Promise<Examined> {
  const none = (place: WorktreePlace | null, reason: Reason): Examined => ({
    place,
    facts: null,
    offers: actions.map((action) => noOffer(action, [reason])),
    mayDeleteBranch: false,
  });
  if (row.state !== 'made') return none(null, { field: 'state', text: STATES[row.state] });
  const place = await worktreePlace(row, options);
  if (place.kind === 'foreign') return none(place, { field: 'path', text: place.reason });
  if (place.kind === 'vanished') {
    const kept = actions.length === 0 ? null : await reasonToKeepEntry(row, place, options);
    return vanished(row, place, { actions, kept });
  }
  const facts = await worktreeFacts(row, place, options);
  const here = { ...options, directory: place.root };
  const directory = repositoryDirectory(row);
  const removal = actions.includes('remove') ? await removalFacts(row.chat_id, facts, options) : null;
  const push = actions.some((action) => action === 'push' || action === 'pull-request')
    ? await pushFacts(facts.base, here)
    : null;
  const offers: Offer[] = [];
  for (const action of actions) {
    if (action === 'merge') offers.push(mergeOffer(facts, await basePlace(facts, options), directory));
    if (action === 'rebase') offers.push(rebaseOffer(facts, await overwrittenByRebase(facts, options)));
    if (action === 'push' && push !== null) offers.push(pushOffer(facts, push));
    if (action === 'pull-request' && push !== null) offers.push(pullRequestOffer(facts, push));
    if (action === 'remove' && removal !== null)
      offers.push(removeOffer(facts, removal, { path: row.path, directory }));
  }
  const ownBranch = row.owns_branch === 1 ? row.branch : null;
  return {
    place,
    facts,
    offers,
    mayDeleteBranch: removal !== null && mayDeleteBranch(facts, removal, ownBranch),
  };
}

const STATES = {
  planned: 'The worktree does not exist yet. The first turn makes it.',
  removed: 'The worktree was removed. The next turn makes it again.',
} as const;

/** A removal only ends the entry of git. */
function vanished(
  row: WorktreeRow,
  place: WorktreePlace & { readonly kind: 'vanished' },
  { actions, kept }: { readonly actions: readonly WireWorktreeAction[]; readonly kept: string | null },
): Examined {
  const { movedTo } = place;
  const reason: Reason =
    movedTo === null
      ? { field: 'path', text: `The directory ${row.path} is gone. The next turn makes it again.` }
      : { field: 'path', text: `The worktree was moved to ${movedTo}. Use git there.` };
  const removal: Offer = {
    action: 'remove',
    changes: [],
    steps: [removeStep(row.path, repositoryDirectory(row))],
    reasons: kept === null ? [] : [{ field: 'entry', text: kept }],
    remarks: [`The directory ${row.path} is gone. Only git's entry of it is removed.`],
  };
  return {
    place,
    facts: null,
    offers: actions.map((action) =>
      action === 'remove' && movedTo === null ? removal : noOffer(action, [reason]),
    ),
    mayDeleteBranch: false,
  };
}
