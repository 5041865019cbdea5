import { execFileSync } from 'node:child_process';

/** The number of processes with this text in their command line. */
export const countProcesses = (text: string): number =>
  execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text)).length;
