import { TASK_ID_VARIABLE } from '../../src/local/processes/end-processes.ts';
import { environmentVariableOf, processTable } from '../../src/local/processes/process-table.ts';

/** The pids of running processes with the tag of a task or chat. Empty on macOS, which hides environments. */
export const taggedProcesses = (owner: string): readonly number[] =>
  processTable()
    .filter(({ pid, zombie }) => !zombie && environmentVariableOf(pid, TASK_ID_VARIABLE) === owner)
    .map(({ pid }) => pid);
