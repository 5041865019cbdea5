/*
 * Git keeps untracked files in a checkout or merge, but overwrites ignored ones without a word.
 */

/**
 * The untracked and ignored files that new files of a checkout or merge would overwrite. `present`: from
 * WorkingTreeStatus; `exists` says whether a path below an ignored directory exists.
 */
export function overwrittenFiles(
  added: readonly string[],
  present: readonly string[],
  exists: (path: string) => boolean,
): readonly string[] {
  const files = new Set(present.filter((path) => !path.endsWith('/')));
  const directories = new Set(present.filter((path) => path.endsWith('/')));
  /** A file or directory in each directory that holds some. */
  const byParent = new Map(
    present.flatMap((path) => parentsOf(path.replace(/\/$/u, '')).map((parent) => [parent, path] as const)),
  );
  const found = added.flatMap((path) => {
    if (files.has(path)) return [path];
    if (directories.has(`${path}/`)) return [`${path}/`];
    const below = byParent.get(path);
    if (below !== undefined) return [below];
    const parents = parentsOf(path);
    const file = parents.find((parent) => files.has(parent));
    if (file !== undefined) return [file];
    return parents.some((parent) => directories.has(`${parent}/`)) && exists(path) ? [path] : [];
  });
  return [...new Set(found)];
}

/** `a/b/c` has `a` and `a/b`. */
function parentsOf(path: string): readonly string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
