import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { label } from '../content.ts';
import { MeasuredProgram } from '../measured-program.ts';
import { cpuPerPoll, longestStall } from '../poll-cost.ts';
import type { Bench } from '../scenario.ts';

const TASKS = 10_000;
const POLLS = 2;

/**
 * A very long list, compared with a process that only receives it. It stays the same, or one task changes in every
 * response. One task works, so that taskdeck polls often.
 */
export const longList =
  (name: string, reporting: boolean) =>
  async ({ programs, server, samples }: Bench): Promise<void> => {
    await server.set({ tasks: TASKS, working: 50, reporting });
    const program = new MeasuredProgram(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
    await program.untilText(label(0));
    const polls = async (): Promise<number> => (await server.requestCounts()).list;
    const cpu = await cpuPerPoll(program, polls, POLLS);
    samples.add(`${name} stall`, await longestStall(program, polls, POLLS));
    await program.end('esc', 'q');

    const { file, args, env } = programs.node(
      await programs.bundled('receive.ts'),
      `${server.url}/api/v2/tasks`,
    );
    const { stdout } = await promisify(execFile)(file, args, { env });
    samples.add(`${name} receiving`, Number(stdout));
    samples.add(`${name} cpu`, cpu - Number(stdout));
  };
