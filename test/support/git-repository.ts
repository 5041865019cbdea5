import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './local-server.ts';

/** A real repository, seen from one directory. The git configuration of this machine does not apply to it. */
export interface GitRepository {
  /** Absolute real path. */
  readonly root: string;
  /** The environment of its user, for processes and chats. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs git in `root`. Returns its stdout without the last line break. Throws if git fails. */
  git(...args: readonly string[]): string;
  /** Writes a file below `root`, and its directories. */
  write(name: string, content?: string | Buffer): void;
  /** Writes these files, adds everything and commits it. Returns the id of the commit. */
  commit(files?: Readonly<Record<string, string>>, subject?: string): string;
  /** The commit id of a revision. */
  id(revision?: string): string;
  /** The same repository from another directory, such as a linked worktree. */
  in(directory: string): GitRepository;
}

interface RepositoryOptions {
  /** Holds the repository. Default: a directory that is removed after the current test. */
  readonly parent?: string;
  readonly name?: string;
  /** HOME of the user. Default: a directory beside the repository. */
  readonly home?: string;
}

const IDENTITY = '[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n';

/** An environment in which git reads no configuration but `home`/.gitconfig, which it writes. */
export function gitEnvironment(home: string): Readonly<Record<string, string>> {
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, '.gitconfig'), IDENTITY);
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    GIT_CONFIG_NOSYSTEM: '1',
    // The temporary directory may be inside another repository.
    GIT_CEILING_DIRECTORIES: realpathSync(tmpdir()),
    LC_ALL: 'C.UTF-8',
  };
}

/** A repository on the branch `main` without a commit. */
export function emptyRepository({ parent, name = 'work', home }: RepositoryOptions = {}): GitRepository {
  const holder = realpathSync(parent ?? newDirectory());
  const root = path.join(holder, name);
  mkdirSync(root, { recursive: true });
  const made = viewOf(root, gitEnvironment(home ?? path.join(holder, 'home')));
  made.git('init', '--quiet', '--initial-branch=main');
  return made;
}

/** A repository on the branch `main` with one commit, of `kept.txt` (two lines) and `gone.txt`. */
export function repositoryWithCommit(options?: RepositoryOptions): GitRepository {
  const made = emptyRepository(options);
  made.commit({ 'kept.txt': 'one\ntwo\n', 'gone.txt': 'bye\n' }, 'First');
  return made;
}

/** Adds a bare remote beside the repository, and pushes the current branch to it. Returns its view. */
export function addRemote(repository: GitRepository, name = 'origin'): GitRepository {
  const remote = bareRepository(repository, `${name}.git`);
  repository.git('remote', 'add', name, remote.root);
  repository.git('push', '--quiet', '--set-upstream', name, 'HEAD');
  return remote;
}

/** A bare repository beside the given one, without a commit. */
export function bareRepository(repository: GitRepository, name = 'bare.git'): GitRepository {
  const root = path.join(path.dirname(repository.root), name);
  mkdirSync(root);
  const bare = viewOf(root, repository.env);
  bare.git('init', '--quiet', '--bare', '--initial-branch=main');
  return bare;
}

/** Commits a submodule at this path. Linked worktrees begin without its files. */
export function addSubmodule(repository: GitRepository, name = 'library'): GitRepository {
  const library = repositoryWithCommit({
    parent: path.dirname(repository.root),
    name: `${name}-origin`,
    home: String(repository.env.HOME),
  });
  repository.git(...LOCAL_SUBMODULES, 'submodule', '--quiet', 'add', library.root, name);
  repository.commit({}, `Add ${name}`);
  return library;
}

/** Git clones submodules from directories only with this option. */
export const LOCAL_SUBMODULES = ['-c', 'protocol.file.allow=always'] as const;

/**
 * Commits `large.bin`, which git stores as a short text by a required filter of the repository's configuration, as
 * Git LFS does. Returns the content of the file in a working tree.
 */
export function addFilter(repository: GitRepository): string {
  const content = 'the content of a large file\n';
  const store = path.join(repository.root, '.git', 'large');
  writeFileSync(store, content);
  repository.git('config', 'filter.large.clean', "sed 's/.*/pointer/'");
  repository.git('config', 'filter.large.smudge', `cat >/dev/null; cat '${store}'`);
  repository.git('config', 'filter.large.required', 'true');
  repository.commit({ '.gitattributes': '*.bin filter=large\n', 'large.bin': content }, 'Add a large file');
  return content;
}

function newDirectory(): string {
  const directory = temporaryDirectory();
  onTestFinished(directory.remove);
  return directory.path;
}

function viewOf(root: string, env: GitRepository['env']): GitRepository {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, env, encoding: 'utf8', stdio: 'pipe' }).replace(/\n$/u, '');
  const write = (name: string, content: string | Buffer = ''): void => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const id = (revision = 'HEAD'): string => git('rev-parse', '--verify', `${revision}^{commit}`);
  return {
    root,
    env,
    git,
    write,
    id,
    commit(files = {}, subject = 'Change') {
      for (const [name, content] of Object.entries(files)) write(name, content);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', subject);
      return id();
    },
    in: (directory) => viewOf(realpathSync(directory), env),
  };
}
