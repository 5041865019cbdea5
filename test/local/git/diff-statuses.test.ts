import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ChatRow } from '../../../src/local/chats/chat-row-types.ts';
import { DiffStatuses } from '../../../src/local/git/diff-statuses.ts';
import { repositoryWithCommit } from '../../support/git-repository.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** Longer than the time between two looks at the files of git, ms. */
const NEXT_LOOK_MS = 2_001;

it('includes a commit that was made while git read the changes', async () => {
  const repository = repositoryWithCommit();
  repository.git('checkout', '--quiet', '-b', 'fix');
  repository.commit({ 'before.txt': 'before\n' });
  // A git that commits another file after each command, until the file `commits` is gone.
  const beside = path.dirname(repository.root);
  const commits = path.join(beside, 'commits');
  writeFileSync(commits, '');
  const directory = path.join(beside, 'bin');
  mkdirSync(directory);
  writeFileSync(
    path.join(directory, 'git'),
    `#!/bin/sh
PATH=\${PATH#*:}
git "$@" || exit
[ -e '${commits}' ] || exit 0
touch "${repository.root}/$$"
git -C '${repository.root}' add . && git -C '${repository.root}' commit --quiet -m more >&2
`,
  );
  chmodSync(path.join(directory, 'git'), 0o700);
  const clock = manualClock();
  const statuses = new DiffStatuses({
    clock,
    environment: () => ({ ...repository.env, PATH: `${directory}:${repository.env.PATH}` }),
    baseOf: () => null,
  });
  onTestFinished(() => statuses.close());
  const chat = { id: 'a', directory: repository.root, status: 'waiting' } as ChatRow;

  statuses.filesChanged(chat);
  await expect.poll(() => statuses.known(chat)).not.toBe(null);
  rmSync(commits);
  const changed = repository.git('diff', '--name-only', 'main...fix').split('\n').length;
  expect(statuses.known(chat)?.changedFiles).toBeLessThan(changed);
  await clock.advance(NEXT_LOOK_MS);
  await expect.poll(() => statuses.of(chat)?.changedFiles).toBe(changed);
});
