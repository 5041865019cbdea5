import { readdirSync, readFileSync } from 'node:fs';

/** The process and its living descendants. */
function treeOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

/** Processor time of a process, its threads and its children so far, ms. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const process of treeOf(pid)) {
    for (const thread of threadsOf(process)) {
      nanoseconds += Number(read(`/proc/${process}/task/${thread}/schedstat`).split(' ')[0] ?? 0);
    }
  }
  return nanoseconds / 1e6;
}

/** Resident memory of a process and its children, MiB; shared pages count in each. */
export function rssMiB(pid: number): number {
  const kilobytes = treeOf(pid).map((process) =>
    Number(/^Rss:\s+(\d+)/m.exec(read(`/proc/${process}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, size) => sum + size, 0) / 1024;
}

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
