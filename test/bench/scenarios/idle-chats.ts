import { forkServer } from '../forked-server.ts';
import { MeasuredProgram } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';
import { SIZE, watch } from './idle.ts';

const CHATS = 100;

/** A deployment with chats alone, in which nothing happens. */
export async function idleChats({ programs, samples }: Bench): Promise<void> {
  const server = await forkServer('chats-server.ts', String(CHATS));
  try {
    const program = new MeasuredProgram(programs.taskdeck('new', server.url), SIZE);
    await program.untilText('Chat 0 of the bench');
    await watch(program, samples, 'idle chats');
  } finally {
    await server.stop();
  }
}
