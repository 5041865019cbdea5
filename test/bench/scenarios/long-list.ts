import { label } from '../content.ts';
import { MeasuredProgram } from '../measured-program.ts';
import { cpuPerPoll, longestStall, receivingCpu } from '../poll-cost.ts';
import type { Bench } from '../scenario.ts';

const TASKS = 10_000;
const POLLS = 2;

/**
 * A very long list, compared with a process that only receives it. It stays the same, or one task changes in every
 * response. One task works, so that taskdeck polls often.
 */
export const longList =
  (name: string, reporting: boolean) =>
  async (bench: Bench): Promise<void> => {
    const { programs, server, samples } = bench;
    await server.set({ tasks: TASKS, working: 50, reporting });
    const program = new MeasuredProgram(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
    await program.untilText(label(0));
    const polls = async (): Promise<number> => (await server.requestCounts()).list;
    const cpu = await cpuPerPoll(program, polls, POLLS);
    samples.add(`${name} stall`, await longestStall(program, polls, POLLS));
    await program.end('esc', 'q');

    const receiving = await receivingCpu(bench, '/api/v2/tasks');
    samples.add(`${name} receiving`, receiving);
    samples.add(`${name} cpu`, cpu - receiving);
  };
