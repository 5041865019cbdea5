import { MeasuredProgram } from '../measured-program.ts';
import { cpuPerPoll, longestStall } from '../poll-cost.ts';
import type { Bench } from '../scenario.ts';
import type { ServerContent } from '../server-content.ts';

/** Lines of 60 bytes: 10 MB. */
const LONG: Partial<ServerContent> = { firstLines: 170_000 };
const LONG_POLLS = 3;
/** 4,000 messages of 250 bytes, and 10 of them. */
const MANY: Partial<ServerContent> = { firstLines: 16_000, linesPerMessage: 4 };
const FEW: Partial<ServerContent> = { firstLines: 40, linesPerMessage: 4 };
const MANY_POLLS = 10;

/**
 * Transcripts whose last message grows with every poll: one of very many lines, and one of many messages, compared with
 * one of a few. The programs compared send the same requests and draw the same rows.
 */
export async function longTranscript({ programs, server, samples }: Bench): Promise<void> {
  const polls = async (): Promise<number> => (await server.requestCounts()).transcript;
  const start = async (content: Partial<ServerContent>): Promise<MeasuredProgram> => {
    await server.set({ working: 0, moving: 'growing', ...content });
    const program = new MeasuredProgram(programs.taskdeck('new', server.url), { cols: 80, rows: 24 });
    await program.untilText('0.3 ');
    return program;
  };
  const cpuOf = async (content: Partial<ServerContent>): Promise<number> => {
    const program = await start(content);
    const cpu = await cpuPerPoll(program, polls, MANY_POLLS);
    await program.end('q');
    return cpu;
  };

  const long = await start(LONG);
  samples.add('long transcript cpu', await cpuPerPoll(long, polls, LONG_POLLS));
  samples.add('long transcript stall', await longestStall(long, polls, LONG_POLLS));
  await long.end('esc', 'q');

  const [few, many] = [await cpuOf(FEW), await cpuOf(MANY)];
  samples.add('few messages cpu', few);
  samples.add('many messages cpu', many);
  samples.add('more messages cpu', many - few);
}
