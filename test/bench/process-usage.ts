import { readdirSync, readFileSync } from 'node:fs';
import { sum } from './statistics.ts';

/** The process and its living descendants. */
function treeOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

/** Processor time of a process, its threads and its children so far, ms. */
export const cpuMs = (pid: number): number => sum(treeOf(pid).map(ownCpuMs));

/** The same without its children. */
export function ownCpuMs(pid: number): number {
  const nanoseconds = threadsOf(pid).map((thread) =>
    Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0),
  );
  return sum(nanoseconds) / 1e6;
}

/** Resident memory of a process and its children, MiB; shared pages count in each. */
export const rssMiB = (pid: number): number => sum(treeOf(pid).map(ownRssMiB));

/** The same without its children. */
export const ownRssMiB = (pid: number): number =>
  Number(/^Rss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty if the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
