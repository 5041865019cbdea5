import { BackendError } from '../../src/domain/errors.ts';
import type { WorktreeActionOffer } from '../../src/domain/worktree.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { State } from '../../src/store/state.ts';
import { makeChat, makeExtension, makeWorktree, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';

/** Names with characters of every width, and text that must not reach the screen. */
const NAMES = [
  'src/修复登录重定向并更新所有的文档和测试用例.ts',
  'e\u0301\u0301 n\u0303 a\tb\x1b[31mred\x1b]0;title\x07\rafter a CR',
  `${'a/long/path/'.repeat(30)}end.ts`,
  '',
];

const offer = (action: WorktreeActionOffer['action'], isRefused: boolean): WorktreeActionOffer => ({
  action,
  steps: NAMES.map((name) => ({ command: `git ${action} ${name}`, directory: `/home/ada/${name}` })),
  reasons: isRefused ? NAMES.map((name) => `${name} is not committed.`) : [],
  remarks: NAMES.map((name) => `${name} is ignored, and is deleted.`),
});

const opened = (size: State['size'], ...events: readonly StoreEvent[]): State =>
  applyEvents(
    emptyState(size),
    listReceived([]),
    chatsReceived([
      makeChat({
        id: 'c1',
        displayName: `Fix the clock 日本語 ${'and more '.repeat(20)}`,
        extension: makeExtension({
          worktree: makeWorktree({ branch: `taskdeck/${'日本語-'.repeat(12)}x`, behind: 12, untracked: 3 }),
        }),
      }),
    ]),
    { type: 'worktree-opened', taskId: 'c1' },
    { type: 'overlay-opened', overlay: { kind: 'worktree', taskId: 'c1', selected: null, top: 0 } },
    ...events,
  );

const loaded: StoreEvent = {
  type: 'worktree-loaded',
  taskId: 'c1',
  result: {
    value: {
      actions: [
        offer('merge', true),
        offer('rebase', false),
        offer('push', false),
        offer('pull-request', true),
        offer('remove', false),
      ],
      mayDeleteBranch: true,
    },
  },
};

const refusal = new BackendError({ kind: 'conflict', message: NAMES.join('\n'), tookEffect: 'no' });

/** States with an open worktree. */
export const WORKTREE_SCENES: Readonly<Record<string, (size: State['size']) => State>> = {
  'loading a worktree': (size) => opened(size, { type: 'worktree-requested', taskId: 'c1' }),
  'a worktree': (size) => opened(size, loaded),
  'a worktree, scrolled, loading again': (size) =>
    opened(
      size,
      loaded,
      { type: 'worktree-requested', taskId: 'c1' },
      { type: 'overlay-opened', overlay: { kind: 'worktree', taskId: 'c1', selected: 'remove', top: 9 } },
    ),
  'a worktree that cannot be loaded': (size) =>
    opened(size, { type: 'worktree-loaded', taskId: 'c1', result: { error: refusal.message } }),
  'a merge that runs': (size) =>
    opened(
      size,
      loaded,
      { type: 'worktree-action-started', taskId: 'c1', action: 'merge', now: NOON },
      { type: 'clock-ticked', now: NOON + 65_000 },
    ),
  'a refused merge': (size) =>
    opened(size, loaded, {
      type: 'worktree-action-ended',
      taskId: 'c1',
      result: { action: 'merge', isFailure: true, text: refusal.message },
    }),
  'the question before a removal': (size) =>
    opened(size, loaded, {
      type: 'overlay-opened',
      overlay: { kind: 'confirm-worktree', taskId: 'c1', choice: 'remove', top: 2 },
    }),
};
