/**
 * Makes writes fail at the file size limit (`ulimit -f`), as on a full disk. Without it the signal ends the program
 * before it can save or report anything.
 */
export function ignoreSigxfsz(): void {
  process.on('SIGXFSZ', ignore);
}

const ignore = (): void => {};
