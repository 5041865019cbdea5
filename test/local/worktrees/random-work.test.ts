import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ErrorResponse } from '../../../src/local/http/error-response.ts';
import { WorktreeFinishing } from '../../../src/local/worktrees/worktree-finishing.ts';
import type { WireWorktreeAction } from '../../../src/wire/local-extension.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import { type GitRepository, repositoryWithCommit } from '../../support/git-repository.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { type ChatsFixture, chatsFixture } from '../chats/chats-fixture.ts';

/*
 * Chats with worktrees of one repository work, finish and end at random. After all of them each commit is reachable, and
 * each file is in a commit or still there, unless the user deleted it, or was shown it as an ignored one before a removal.
 */

/** Lives of a worktree, from its creation to its end. 500 take minutes. */
const LIVES = Number(process.env.TASKDECK_RANDOM_WORKTREES ?? 25);
const SEED = Number(process.env.TASKDECK_RANDOM_SEED ?? Date.now() % 1_000_000);
/** Worktrees that exist at the same time, so that finishing one moves the base of others. */
const LIVING = 3;
const STEPS = 10;
/** A refusal names at most 20 commits. */
const ATTEMPTS = 5;

interface Life {
  readonly chatId: string;
  readonly branch: string;
  readonly tree: GitRepository;
  steps: number;
  isGone: boolean;
}

class RandomWork {
  readonly random = seededRandom(SEED);
  readonly repository: GitRepository;
  readonly chats: ChatsFixture = chatsFixture();
  readonly finishing: WorktreeFinishing;
  readonly figures: Record<string, number> = {};
  /** Subjects of all commits. */
  readonly commits = new Set<string>();
  /** Messages of stashes that were not taken back. */
  readonly stashes = new Set<string>();
  /** Files of the user beside the repository's own, and their content. */
  readonly userFiles = new Map<string, string>();
  /** The sentences of the last refusal. */
  #refusal = '';
  #count = 0;

  constructor() {
    onTestFinished(this.chats.dispose);
    this.repository = repositoryWithCommit();
    this.repository.commit({ '.gitignore': '*.log\nout/\n' }, 'Ignore');
    for (const setting of ['gc.auto', 'maintenance.auto']) this.repository.git('config', setting, '0');
    this.finishing = new WorktreeFinishing({
      chats: this.chats.local,
      worktrees: { wireOf: () => null },
      environment: () => ({ ...this.repository.env }),
      onFinished: () => undefined,
    });
  }

  begin(): Life {
    const id = this.#next();
    const branch = `taskdeck/work-${id}`;
    const root = path.join(path.dirname(this.repository.root), 'state', 'work-01234567', `work-${id}`);
    const base = 'main';
    this.repository.git('worktree', 'add', '--quiet', '-b', branch, root, base);
    const chat = this.chats.create({ content: [], directory: root });
    const table = this.chats.chats.worktrees;
    table.add(
      chat.id,
      {
        repository: this.repository.root,
        git_directory: path.join(this.repository.root, '.git'),
        path: root,
        subdirectory: '',
        branch,
        base,
        base_commit: this.repository.id(base),
      },
      0,
    );
    table.update(chat.id, { state: 'made', owns_branch: 1 });
    return { chatId: chat.id, branch, tree: this.repository.in(root), steps: 0, isGone: false };
  }

  async step(life: Life): Promise<void> {
    life.steps += 1;
    this.#add('steps');
    const { tree } = life;
    const name = `file-${this.random(6)}.txt`;
    const id = this.#next();
    // Some git commands are refused, as by an agent that errs.
    const tried = (...args: readonly string[]): boolean => {
      try {
        tree.git(...args);
        return true;
      } catch {
        return false;
      }
    };
    switch (this.random(20)) {
      case 0:
      case 1:
        return tree.write(`new-${id}.txt`, id);
      case 2:
      case 3:
        return appendFileSync(path.join(tree.root, name), `${id}\n`);
      case 4:
        return tree.write(this.random(2) === 0 ? `debug-${id}.log` : `out/${id}/a.js`, id);
      case 5:
        return rmSync(path.join(tree.root, name), { force: true });
      case 6:
        return void tried('mv', name, `moved-${id}.txt`);
      case 7:
        return void tried('add', '--all');
      case 8:
      case 9:
      case 10:
      case 11:
        return this.#commit(tree, id);
      case 12:
        return void tried('checkout', '--quiet', '-b', `own-${path.basename(life.branch)}-${id}`);
      case 13:
        return void tried('checkout', '--quiet', life.branch);
      case 14:
        return void tried('checkout', '--quiet', '--detach');
      case 15:
        if (tried('stash', 'push', '--quiet', '--include-untracked', '--message', `stash-${id}`))
          for (const line of this.repository.git('stash', 'list').split('\n'))
            this.stashes.add(/stash-\w+$/u.exec(line)?.[0] ?? '');
        return;
      case 16:
        return void tried('tag', `tag-${id}`);
      case 17: {
        const [own] = tree
          .git('branch', '--list', `own-${path.basename(life.branch)}-*`, '--format=%(refname:short)')
          .split('\n');
        // The agent deletes a branch of its own with its commits.
        if (own) tried('branch', '--quiet', '-D', own);
        return;
      }
      case 18:
        return this.#user(id);
      default:
        await this.#finish(life, this.random(3) === 0 ? 'rebase' : 'merge');
    }
  }

  /** Ends the life of a worktree, as one of several users. */
  async end(life: Life): Promise<void> {
    if (this.random(25) === 0) {
      rmSync(life.tree.root, { recursive: true });
      life.isGone = true;
      this.#add('directories deleted by the user');
    }
    // Most users tidy up first.
    else if (this.random(3) > 0) this.#commit(life.tree, this.#next());
    if (this.random(2) === 0 && !life.isGone) await this.#finish(life, 'merge');
    await this.#remove(life);
  }

  /** Asserts that nothing is lost. */
  check(): void {
    const { git } = this.repository;
    const reachable = new Set(git('log', '--all', '--reflog', '--format=%s').split('\n'));
    expect([...this.commits].filter((subject) => !reachable.has(subject))).toEqual([]);
    const stashed = git('stash', 'list');
    expect([...this.stashes].filter((message) => !stashed.includes(message))).toEqual([]);
    this.#checkUserFiles();
  }

  #checkUserFiles(): void {
    for (const [name, content] of this.userFiles)
      expect(readFileSync(path.join(this.repository.root, name), 'utf8'), name).toBe(content);
  }

  #commit(tree: GitRepository, id: string): void {
    tree.git('add', '--all');
    tree.git('commit', '--quiet', '--allow-empty', '-m', `commit-${id}`);
    this.commits.add(`commit-${id}`);
    this.#add('commits');
  }

  /** The user works in the repository itself. */
  #user(id: string): void {
    const { repository } = this;
    const name = [`notes-${id}.txt`, `user-${id}.log`][this.random(2)] ?? '';
    switch (this.random(3)) {
      case 0: {
        writeFileSync(path.join(repository.root, name), id);
        this.userFiles.set(name, id);
        return;
      }
      case 1:
        repository.git('checkout', '--quiet', this.random(2) === 0 ? 'main' : '--detach');
        return;
      default:
        repository.git('commit', '--quiet', '--allow-empty', '-m', `commit-${id}`);
        this.commits.add(`commit-${id}`);
    }
  }

  async #finish({ chatId, tree, isGone }: Life, action: 'merge' | 'rebase'): Promise<void> {
    const before = isGone ? [] : filesIn(tree.root);
    const result = await this.#run(chatId, action, false);
    if (result !== null) return this.#add(`${action}s`);
    this.#add(`${action}s refused`);
    if (!isGone) expect(filesIn(tree.root)).toEqual(before);
    this.#checkUserFiles();
  }

  /** Removes the worktree. The user does what a refusal says, and asks again. */
  async #remove(life: Life): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await this.#isRemoved(life)) return;
      const { tree, isGone } = life;
      const { git } = isGone ? this.repository : tree;
      // The advice is to make branches for the commits that it names.
      for (const commit of new Set(this.#refusal.match(/\b[0-9a-f]{10}\b/gu)))
        git('branch', `kept-${this.#next()}`, commit);
      if (/untracked|not committed/u.test(this.#refusal)) this.#commit(tree, this.#next());
    }
    throw new Error(`The advice does not help: ${this.#refusal}`);
  }

  async #isRemoved({ chatId, tree, isGone }: Life): Promise<boolean> {
    const files = isGone ? [] : filesIn(tree.root);
    const ignored = files.filter(([name]) => name.endsWith('.log') || name.startsWith('out/'));
    const { actions, may_delete_branch: mayDelete } = await this.finishing.actions(chatId, neverAborted());
    const offer = actions.find(({ action }) => action === 'remove');
    const head = isGone ? '' : tree.id();
    const result = await this.#run(chatId, 'remove', mayDelete && this.random(2) === 0);
    if (result === null) {
      this.#add('removals refused');
      expect(offer?.reasons).not.toEqual([]);
      if (!isGone) expect(filesIn(tree.root)).toEqual(files);
      return false;
    }
    this.#add(result.includes('Deleted the branch') ? 'removals with the branch' : 'removals');
    expect(existsSync(tree.root)).toBe(false);
    const remarks = offer?.remarks.join('\n') ?? '';
    for (const [name] of ignored) expect(remarks).toContain(name.startsWith('out/') ? 'out/' : name);
    if (isGone) return true;
    const committed = this.repository.git('ls-tree', '-r', head);
    for (const [name, content] of files) {
      if (ignored.some(([each]) => each === name)) continue;
      expect(committed).toContain(`${blobId(content)}\t${name}`);
    }
    return true;
  }

  /** The message of the result; null if it was refused. Other errors fail the test. */
  async #run(chatId: string, action: WireWorktreeAction, deletesBranch: boolean): Promise<string | null> {
    try {
      return await this.finishing.finish(chatId, { action, deletesBranch });
    } catch (error) {
      const { status, validations = [] } = error as ErrorResponse;
      if (status !== 409) throw error;
      this.#refusal = validations.map(({ detail }) => detail).join('\n');
      for (const field of new Set(validations.map((each) => each.field))) this.#add(`refused for ${field}`);
      return null;
    }
  }

  #add(figure: string): void {
    this.figures[figure] = (this.figures[figure] ?? 0) + 1;
  }

  #next(): string {
    this.#count += 1;
    return `n${this.#count}x`;
  }
}

/** Path and content of each file but `.git`. */
function filesIn(root: string): readonly (readonly [name: string, content: string])[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.git')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(root, file), readFileSync(file, 'utf8')] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

const blobId = (content: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex');

it(`random work in ${LIVES} worktrees loses nothing (seed ${SEED})`, { timeout: 60 * 60_000 }, async () => {
  const work = new RandomWork();
  mkdirSync(path.join(path.dirname(work.repository.root), 'state'));
  const living: Life[] = [];
  for (let begun = 0, ended = 0; ended < LIVES; ) {
    while (begun < LIVES && living.length < LIVING) {
      living.push(work.begin());
      begun += 1;
    }
    const at = work.random(living.length);
    const life = living[at];
    if (life === undefined) break;
    if (life.steps < STEPS) await work.step(life);
    else {
      await work.end(life);
      living.splice(at, 1);
      ended += 1;
    }
  }
  work.check();
  console.info(`Seed ${SEED}:`, work.figures);
  expect(work.figures.removals).toBeGreaterThan(0);
});
