/** How long a stop may take to arrive. While we are stopped no time passes for us. */
const STOP_MS = 100;

/**
 * Stops this process and all others of its group, as `ctrl+z` does in a program that leaves the terminal alone: under
 * `npm start` npm and its shell stop too, and the user's shell gets the prompt back. Resolves when the user's
 * shell has continued us. Where no shell watches (an orphaned group) the kernel stops nothing, and this resolves
 * after a moment. The terminal must be as the shell wants it before.
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
