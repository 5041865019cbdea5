/**
 * Makes a limit on the size of files (`ulimit -f`) what a full disk is: a write that fails and says so. By itself the
 * system ends a program that comes by the limit, before it could save or tell anything.
 */
export function ignoreSigxfsz(): void {
  process.on('SIGXFSZ', ignore);
}

const ignore = (): void => {};
