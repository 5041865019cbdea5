/** The directory that taskdeck was started in; null where it has been deleted since, by which Node fails. */
export function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}
