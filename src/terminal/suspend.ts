/** How long the stop may take. No time passes while the process is stopped. */
const STOP_MS = 100;

/**
 * Stops the whole process group, as `ctrl+z` does, so that npm and its shell stop too. Resolves when the shell continues the
 * group. In an orphaned group the kernel ignores the stop, and this resolves after 100 ms. Restore the terminal before.
 */
export async function suspendProcessGroup(): Promise<void> {
  if (process.platform === 'win32') return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', go);
      resolve();
    };
    process.on('SIGCONT', go);
    const timer = setTimeout(go, STOP_MS);
    process.kill(0, 'SIGTSTP');
  });
}
