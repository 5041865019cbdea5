import { taskId } from '../content.ts';
import { MeasuredProgram } from '../measured-program.ts';
import { cpuPerPoll, longestStall, receivingCpu } from '../poll-cost.ts';
import type { Bench } from '../scenario.ts';
import type { ServerContent } from '../server-content.ts';

/** Lines of 60 bytes: 10 MB. */
const LONG: Partial<ServerContent> = { working: 0, moving: 'growing', firstLines: 170_000 };
/** 4,000 messages of 250 bytes. */
const MANY: Partial<ServerContent> = {
  working: 0,
  moving: 'growing',
  firstLines: 16_000,
  linesPerMessage: 4,
};
const LONG_POLLS = 3;
const MANY_POLLS = 10;

/**
 * Transcripts whose last message grows with every poll: one of very many lines, and one of many messages, compared with
 * a process that only receives it.
 */
export async function longTranscript(bench: Bench): Promise<void> {
  const { programs, server, samples } = bench;
  const polls = async (): Promise<number> => (await server.requestCounts()).transcript;
  const start = async (content: Partial<ServerContent>): Promise<MeasuredProgram> => {
    await server.set(content);
    const program = new MeasuredProgram(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
    await program.untilText('0.3 ');
    return program;
  };

  const long = await start(LONG);
  samples.add('long transcript cpu', await cpuPerPoll(long, polls, LONG_POLLS));
  samples.add('long transcript stall', await longestStall(long, polls, LONG_POLLS));
  await long.end('esc', 'q');

  const many = await start(MANY);
  const cpu = await cpuPerPoll(many, polls, MANY_POLLS);
  await many.end('q');
  const receiving = await receivingCpu(bench, `/api/v2/tasks/ada/${taskId(0)}/logs`);
  samples.add('many messages receiving', receiving);
  samples.add('many messages cpu', cpu - receiving);
}
