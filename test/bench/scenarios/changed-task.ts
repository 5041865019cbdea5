import { label } from '../content.ts';
import { MeasuredProgram } from '../measured-program.ts';
import { cpuPerPoll } from '../poll-cost.ts';
import type { Bench } from '../scenario.ts';

const CONTENT = { tasks: 1_000, working: 50 } as const;
const POLLS = 4;
const ROUNDS = 3;

/** The cost of one changed task in a response: polls with and without one in turns, in one run of taskdeck. */
export async function changedTask({ programs, server, samples }: Bench): Promise<void> {
  await server.set({ ...CONTENT, reporting: false });
  const program = new MeasuredProgram(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
  await program.untilText(label(0));
  const polls = async (): Promise<number> => (await server.requestCounts()).list;
  for (let round = 0; round < ROUNDS; round++) {
    await server.set({ ...CONTENT, reporting: false });
    const unchanged = await cpuPerPoll(program, polls, POLLS);
    await server.set({ ...CONTENT, reporting: true });
    samples.add('changed task cpu', (await cpuPerPoll(program, polls, POLLS)) - unchanged);
  }
  await program.end('esc', 'q');
}
