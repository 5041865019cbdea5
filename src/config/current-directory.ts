/** The directory in which taskdeck was started; null if it was deleted, for which `process.cwd` throws. */
export function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}
