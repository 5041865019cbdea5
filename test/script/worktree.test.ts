import { describe, expect, it } from 'vitest';
import { BackendError } from '../../src/domain/errors.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import type { Worktree } from '../../src/domain/worktree.ts';
import { completionContextAt } from '../../src/script/completion/completion-context.ts';
import { makeChat, makeExtension, makeWorktree } from '../domain/builders.ts';
import { memorySource } from '../support/memory-source.ts';
import { run } from './script-fixture.ts';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** A chat with a worktree, or without one. Its source answers with `message`, or rejects with the error. */
function backendWith(outcome: string | BackendError, worktree: Worktree | null = makeWorktree()) {
  const calls: unknown[] = [];
  const chat = makeChat({ id: ID, name: 'fix', extension: makeExtension({ worktree }) });
  const source: Source = {
    ...memorySource('chats', [chat]),
    run: async () => ({}),
    worktreeActions: async () => ({
      actions: [
        {
          action: 'remove',
          steps: [{ command: 'git worktree remove /w/fix', directory: '/home/ada/auth' }],
          reasons: [],
          remarks: ['3 ignored files are deleted.'],
        },
      ],
      mayDeleteBranch: true,
    }),
    async finishWorktree(_, action, options) {
      calls.push([action, options.deleteBranch]);
      if (typeof outcome !== 'string') throw outcome;
      return outcome;
    },
  };
  return { backend: { sources: [source] } as unknown as AgentBackend, calls };
}

const REFUSED = new BackendError({
  kind: 'conflict',
  message: 'The worktree was not removed.\na.ts is not committed.',
  tookEffect: 'no',
});

describe('taskdeck worktree', () => {
  it('runs the action and prints its result', async () => {
    const { backend, calls } = backendWith('Merged 2 commits into main.');
    expect(await run(backend, ['worktree', ID, 'merge'])).toEqual({
      code: 0,
      out: 'Merged 2 commits into main.\n',
      err: '',
    });
    expect(await run(backend, ['worktree', ID, 'remove', '--yes', '--delete-branch'])).toMatchObject({
      code: 0,
    });
    expect(calls).toEqual([
      ['merge', false],
      ['remove', true],
    ]);
    const { out } = await run(backend, ['worktree', ID, 'push', '--json']);
    expect(JSON.parse(out)).toEqual([{ task: ID, ok: true, message: 'Merged 2 commits into main.' }]);
  });

  it('fails with all reasons of a refusal', async () => {
    const { backend } = backendWith(REFUSED);
    const { code, out, err } = await run(backend, ['worktree', ID, 'remove', '--yes']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(`taskdeck: ${ID}: The worktree was not removed. a.ts is not committed.\n`);
    const json = await run(backend, ['worktree', ID, 'merge', '--json']);
    expect(JSON.parse(json.out)).toMatchObject([{ task: ID, ok: false, error: { kind: 'conflict' } }]);
  });

  it('asks before a removal in a terminal, with what it runs and deletes', async () => {
    const { backend, calls } = backendWith('Removed.');
    const no = await run(backend, ['worktree', ID, 'remove'], { terminal: true, stdin: '\n' });
    expect(no.code).toBe(1);
    expect(no.err).toContain('/home/ada/auth $ git worktree remove /w/fix\n3 ignored files are deleted.\n');
    expect(no.err).toContain('Remove the worktree of fix? (y/N) ');
    expect(calls).toEqual([]);
    const yes = await run(backend, ['worktree', ID, 'remove', '--delete-branch'], {
      terminal: true,
      stdin: 'y\n',
    });
    expect(yes.err).toContain('Remove the worktree of fix, and delete its branch? (y/N) ');
    expect([yes.code, calls]).toEqual([0, [['remove', true]]]);
  });

  it.each([
    [['worktree', ID], 'An argument is missing'],
    [['worktree', ID, 'merg'], 'merge'],
    [['worktree', ID, 'frobnicate'], 'Use one of merge, rebase, push, pull-request, remove'],
    [['worktree', ID, 'remove'], 'Use --yes'],
    [['worktree', ID, 'merge', '--delete-branch'], 'Omit --delete-branch'],
  ])('%s is wrong usage', async (words, reason) => {
    const { backend, calls } = backendWith('Done.');
    const { code, err } = await run(backend, words);
    expect([code, calls]).toEqual([2, []]);
    expect(err).toContain(reason);
  });

  it('fails for a chat without a worktree', async () => {
    const { backend, calls } = backendWith('Done.', null);
    const { code, err } = await run(backend, ['worktree', ID, 'merge']);
    expect([code, err, calls]).toEqual([1, `taskdeck: ${ID}: It has no worktree.\n`, []]);
  });

  it('is not needed to archive: a note says where the worktree stays', async () => {
    const { backend } = backendWith('Done.');
    const { code, out, err } = await run(backend, ['delete', ID, '--yes']);
    expect([code, out]).toEqual([0, 'fix is archived.\n']);
    expect(err).toBe(`taskdeck: fix: its worktree stays in ${makeWorktree().path}\n`);
    const without = await run(backendWith('Done.', null).backend, ['delete', ID, '--yes']);
    expect(without).toEqual({ code: 0, out: 'fix is archived.\n', err: '' });
  });

  it('completes the task, then the action', () => {
    expect(completionContextAt(['worktree', '']).source).toBe('task');
    expect(completionContextAt(['worktree', 'fix', '']).source).toMatchObject([
      { value: 'merge' },
      { value: 'rebase' },
      { value: 'push' },
      { value: 'pull-request' },
      { value: 'remove' },
    ]);
  });
});
