import { chatFacts, directoryOf, type Task, worktreeOf } from './task.ts';
import { parseWebUrl } from './web-link.ts';

/**
 * The repository that a task works in: the path of the working tree that its worktree comes from, else the remote of its
 * pull request or branch, such as `github.com/acme/auth`. Empty when unknown. Untrusted text.
 */
export function repositoryOf(task: Task): string {
  const { repository = '' } = worktreeOf(task) ?? {};
  if (repository !== '') return withoutEndSlash(repository);
  return remoteOfPage(chatFacts(task)?.changes?.url ?? '') || remoteOfPage(task.state?.uri ?? '');
}

/** The repository of a task, else the user's directory in which it works; empty when unknown. Untrusted text. */
export function workPlaceOf(task: Task): string {
  const { repository = '' } = worktreeOf(task) ?? {};
  const directory = directoryOf(task);
  return withoutEndSlash(repository) || userDirectory(directory) || repositoryOf(task);
}

/** Not a directory that exists only for this task. */
const userDirectory = (directory: ReturnType<typeof directoryOf>): string =>
  directory === null || directory.owned ? '' : withoutEndSlash(directory.path);

const withoutEndSlash = (path: string): string => (path.length > 1 ? path.replace(/\/$/u, '') : path);

/** The part after the path of a repository on the pages of GitHub, GitLab, Gitea and Bitbucket. */
const PAGE =
  /^\/(.+?)\/(?:-\/|pulls?\/|pull-requests\/|merge_requests\/|tree\/|commits?\/|compare\/|issues\/|src\/branch\/)/u;

/** Host and path of the repository of a page about a pull request, branch or commit; empty for another page. */
function remoteOfPage(link: string): string {
  const address = link === '' ? null : parseWebUrl(link);
  if (address === null) return '';
  const { host, pathname } = new URL(address);
  const [, path = ''] = PAGE.exec(pathname) ?? [];
  return path.includes('/') ? `${host}/${path}` : '';
}
