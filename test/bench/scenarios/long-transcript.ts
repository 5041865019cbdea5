import { MeasuredProgram } from '../measured-program.ts';
import { cpuPerPoll, longestStall } from '../poll-cost.ts';
import type { Bench } from '../scenario.ts';

/** Lines of 60 bytes: 10 MB. */
const LINES = 170_000;
const POLLS = 3;

/** A very long transcript whose last message grows with every poll. */
export async function longTranscript({ programs, server, samples }: Bench): Promise<void> {
  await server.set({ working: 0, moving: 'growing', firstLines: LINES });
  const program = new MeasuredProgram(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
  await program.untilText('0.3 ');
  const polls = async (): Promise<number> => (await server.requestCounts()).transcript;
  samples.add('long transcript cpu', await cpuPerPoll(program, polls, POLLS));
  samples.add('long transcript stall', await longestStall(program, polls, POLLS));
  await program.end('esc', 'q');
}
