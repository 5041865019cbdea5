import { isOnPath } from '../../platform/executable.ts';
import type { Base } from '../git/base-branch.ts';
import { GitError, type GitOptions, runGit } from '../git/run-git.ts';

export interface PushFacts {
  /** The remote to push to; null if there is none, or none of several is the one. */
  readonly remote: string | null;
  readonly remotes: readonly string[];
  /** Whether GitHub's command `gh` is on the PATH of the chat. */
  readonly hasGh: boolean;
}

/** @throws GitError, or the reason of the signal */
export async function pushFacts(base: Base, options: GitOptions): Promise<PushFacts> {
  const config = await pushConfig(options);
  const remotes = [...config.keys()].flatMap((key) => /^remote\.(.+)\.url$/su.exec(key)?.[1] ?? []);
  return { remote: remoteOf(base, remotes, config), remotes, hasGh: isOnPath('gh', options.env) };
}

/** The remote that git's own setting names, that of the base, `origin`, or the only one. */
export function remoteOf(
  base: Pick<Base, 'kind' | 'name'>,
  remotes: readonly string[],
  config: ReadonlyMap<string, string>,
): string | null {
  const ofBase =
    base.kind === 'remote'
      ? // The name of a remote may hold slashes.
        remotes
          .filter((remote) => base.name.startsWith(`${remote}/`))
          .toSorted((one, other) => other.length - one.length)
      : [config.get(`branch.${base.name}.remote`)];
  const candidates = [config.get('remote.pushdefault'), ...ofBase, 'origin'];
  const only = remotes.length === 1 ? (remotes[0] ?? null) : null;
  return candidates.find((name) => name !== undefined && remotes.includes(name)) ?? only;
}

/** The settings of git that choose a remote. */
async function pushConfig(options: GitOptions): Promise<ReadonlyMap<string, string>> {
  const pattern = '^(remote\\..*\\.url|branch\\..*\\.remote|remote\\.pushdefault)$';
  try {
    const { text } = await runGit(['config', '-z', '--get-regexp', pattern], options);
    return new Map(
      text
        .split('\0')
        .filter(Boolean)
        .map((entry) => {
          const at = entry.indexOf('\n');
          return [entry.slice(0, at), entry.slice(at + 1)] as const;
        }),
    );
  } catch (error) {
    // Git ends with 1 where no setting has such a name.
    if (error instanceof GitError && error.output === '') return new Map();
    throw error;
  }
}
