import { baseName } from '../../domain/worktree-text.ts';
import type { WireWorktreeAction } from '../../wire/local-extension.ts';
import type { UserCommand } from '../git/run-user-command.ts';
import type { BasePlace } from './merge-facts.ts';
import type { PushFacts } from './push-facts.ts';
import type { RemovalFacts } from './removal-facts.ts';
import { operationReason, removalReasons, removalRemarks, uncommittedReasons } from './removal-rules.ts';
import { counted, named, type Reason, reasonIf, shellWord } from './sentences.ts';
import type { WorktreeFacts } from './worktree-facts.ts';

/*
 * Says which commands finish the work in a worktree, and what is against them. The rules know no git, disk or process.
 */

export interface Step extends UserCommand {
  /** As a user types it. */
  readonly shown: string;
  readonly directory: string;
}

export interface Offer {
  readonly action: WireWorktreeAction;
  readonly steps: readonly Step[];
  /** Empty: the steps can run. */
  readonly reasons: readonly Reason[];
  readonly remarks: readonly string[];
  /** The working trees whose files it changes. Real paths. */
  readonly changes: readonly string[];
}

/** An action that cannot run, for reasons that need no look at its commands. */
export const noOffer = (action: WireWorktreeAction, reasons: readonly Reason[]): Offer => ({
  action,
  steps: [],
  reasons,
  remarks: [],
  changes: [],
});

/** `directory`: a working tree of the repository, for a base that is checked out nowhere. */
export function mergeOffer(facts: WorktreeFacts, there: BasePlace | null, directory: string): Offer {
  const { status, base, ahead } = facts;
  const { branch } = status;
  const reasons = [
    ...unfinishedReasons(facts),
    ...baseReasons(facts),
    ...(base.kind === 'remote' || base.kind === 'tag' || base.kind === 'commit'
      ? [
          {
            field: 'base',
            text: `The base ${baseName(base.name)} is no local branch. Push instead, or merge by hand.`,
          },
        ]
      : []),
    ...(ahead === 0 && base.kind !== 'gone'
      ? [{ field: 'commits', text: `${baseName(base.name)} has all commits of ${branch || 'HEAD'} already.` }]
      : []),
    ...(there === null ? forwardReasons(facts) : basePlaceReasons(base.name, there)),
  ];
  const step =
    there === null
      ? // Git refuses it unless it is a fast-forward, and where the branch is checked out.
        git(
          [
            'fetch',
            '--no-tags',
            '--no-recurse-submodules',
            '.',
            `refs/heads/${branch}:refs/heads/${base.name}`,
          ],
          {
            shown: `git fetch . ${branch}:${base.name}`,
            directory,
          },
        )
      : git(['merge', '--no-edit', '--no-autostash', '--commit', '--no-squash', `refs/heads/${branch}`], {
          shown: `git merge ${shellWord(branch)}`,
          directory: there.root,
        });
  return {
    action: 'merge',
    steps: [step],
    reasons,
    changes: there === null ? [] : [there.root],
    remarks:
      there === null
        ? [
            `${baseName(base.name)} is checked out nowhere: only a fast-forward by ${counted(ahead, 'commit')} is possible.`,
          ]
        : [
            `Merges ${counted(ahead, 'commit')} of ${branch} into ${baseName(base.name)}, which is checked out in ${there.root}.`,
          ],
  };
}

/** `overwritten`: ignored files in the way of the base's files. */
export function rebaseOffer(facts: WorktreeFacts, overwritten: readonly string[]): Offer {
  const { status, base, ahead, behind, upstream, place } = facts;
  const onto = base.reference || base.commit;
  return {
    action: 'rebase',
    changes: [place.root],
    steps: [
      git(['-c', 'rebase.updateRefs=false', 'rebase', '--no-autostash', onto], {
        shown: `git rebase ${shellWord(baseName(base.name))}`,
        directory: place.root,
      }),
    ],
    reasons: [
      ...unfinishedReasons(facts),
      ...baseReasons(facts),
      ...(behind === 0 && base.kind !== 'gone'
        ? [
            {
              field: 'commits',
              text: `${status.branch || 'HEAD'} has all commits of ${baseName(base.name)} already.`,
            },
          ]
        : []),
      ...reasonIf(overwritten, 'ignored', (list) => `The rebase would overwrite ignored files: ${list}.`),
    ],
    remarks: [
      `Puts ${counted(ahead, 'commit')} onto ${counted(behind, 'new commit')} of ${baseName(base.name)}.`,
      ...(upstream === ''
        ? []
        : [`The branch was pushed (${upstream.replace(/^refs\/\w+\//u, '')}). A later push may be refused.`]),
    ],
  };
}

export function pushOffer(facts: WorktreeFacts, push: PushFacts): Offer {
  const { status, place } = facts;
  const { branch } = status;
  const { remote, remotes } = push;
  return {
    action: 'push',
    steps:
      remote === null
        ? []
        : [
            git(['push', '--set-upstream', remote, `refs/heads/${branch}:refs/heads/${branch}`], {
              shown: `git push --set-upstream ${shellWord(remote)} ${shellWord(branch)}`,
              directory: place.root,
            }),
          ],
    reasons: [
      ...detachedReasons(facts),
      ...operationReason(facts.operation),
      ...(remote === null ? [{ field: 'remote', text: remoteText(remotes) }] : []),
    ],
    remarks: uncommittedRemarks(facts),
    changes: [],
  };
}

export function pullRequestOffer(facts: WorktreeFacts, push: PushFacts): Offer {
  const { base, status, place, ahead } = facts;
  const pushed = pushOffer(facts, push);
  const target = base.kind === 'remote' ? base.name.slice((push.remote ?? '').length + 1) : base.name;
  const isBranch = base.kind === 'branch' || base.kind === 'remote';
  const args = ['pr', 'create', '--fill', '--head', status.branch, '--base', target];
  return {
    action: 'pull-request',
    steps:
      pushed.steps.length === 0
        ? []
        : [
            ...pushed.steps,
            { program: 'gh', args, shown: ['gh', ...args.map(shellWord)].join(' '), directory: place.root },
          ],
    reasons: [
      ...pushed.reasons,
      ...baseReasons(facts),
      ...(isBranch || base.kind === 'gone'
        ? []
        : [{ field: 'base', text: `The base ${baseName(base.name)} is no branch.` }]),
      ...(ahead === 0 && isBranch
        ? [
            {
              field: 'commits',
              text: `${baseName(base.name)} has all commits of ${status.branch || 'HEAD'} already.`,
            },
          ]
        : []),
      ...(push.hasGh
        ? []
        : [{ field: 'gh', text: 'gh is not on the PATH of this chat. Install GitHub CLI.' }]),
    ],
    remarks: pushed.remarks,
    changes: [],
  };
}

/** `path`: as in the row. `directory`: outside of the worktree. */
export function removeOffer(
  facts: WorktreeFacts,
  removal: RemovalFacts,
  { path, directory }: { readonly path: string; readonly directory: string },
): Offer {
  return {
    action: 'remove',
    changes: [facts.place.root],
    steps: [removeStep(path, directory)],
    reasons: removalReasons(facts, removal),
    remarks: removalRemarks(facts, removal),
  };
}

/** A setting of the user could hide untracked files from git's own check. */
export const removeStep = (path: string, directory: string): Step =>
  git(['-c', 'status.showUntrackedFiles=all', 'worktree', 'remove', path], {
    shown: `git worktree remove ${shellWord(path)}`,
    directory,
  });

const git = (args: readonly string[], { shown, directory }: Pick<Step, 'shown' | 'directory'>): Step => ({
  program: 'git',
  args: ['-c', 'core.fsmonitor=false', ...args],
  shown,
  directory,
});

const detachedReasons = ({ status }: WorktreeFacts): readonly Reason[] =>
  status.branch === ''
    ? [{ field: 'branch', text: 'HEAD of the worktree is on no branch. Make a branch there first.' }]
    : [];

const unfinishedReasons = (facts: WorktreeFacts): readonly Reason[] => [
  ...detachedReasons(facts),
  ...operationReason(facts.operation),
  ...uncommittedReasons(facts.status),
];

const baseReasons = ({ base, status }: WorktreeFacts): readonly Reason[] => [
  ...(base.kind === 'gone'
    ? [{ field: 'base', text: `The base ${baseName(base.name)} does not exist any more.` }]
    : []),
  ...(base.kind === 'branch' && base.name === status.branch
    ? [{ field: 'branch', text: `The worktree is on its base ${baseName(base.name)} itself.` }]
    : []),
];

const forwardReasons = ({ base, behind, status }: WorktreeFacts): readonly Reason[] =>
  behind === 0 || base.kind !== 'branch' || base.name === status.branch
    ? []
    : [
        {
          field: 'base',
          text: `${baseName(base.name)} is checked out nowhere, and has ${counted(behind, 'commit')} of its own. Rebase first, or check it out.`,
        },
      ];

const basePlaceReasons = (
  base: string,
  { root, status, operation, overwritten }: BasePlace,
): readonly Reason[] => [
  ...reasonIf(
    status.changed,
    'base',
    (list) => `${base} is checked out in ${root}, which has changes that are not committed: ${list}.`,
  ),
  ...(operation === null ? [] : [{ field: 'base', text: `A ${operation} is in progress in ${root}.` }]),
  ...reasonIf(
    overwritten,
    'base',
    (list) => `The merge would overwrite files in ${root} that are not tracked: ${list}.`,
  ),
];

const uncommittedRemarks = ({ status: { changed, untracked } }: WorktreeFacts): readonly string[] => {
  const files = [...changed, ...untracked];
  return files.length === 0
    ? []
    : [
        `Does not push ${counted(files.length, 'file')} with changes that are not committed: ${named(files)}.`,
      ];
};

const remoteText = (remotes: readonly string[]): string =>
  remotes.length === 0
    ? 'The repository has no remote.'
    : `The repository has no origin, but ${named(remotes)}. Set remote.pushDefault.`;
