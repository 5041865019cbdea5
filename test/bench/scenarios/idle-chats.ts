import { fork } from 'node:child_process';
import { once } from 'node:events';
import { MeasuredProgram } from '../measured-program.ts';
import type { Bench } from '../scenario.ts';
import { SIZE, watch } from './idle.ts';

const CHATS = 100;

/** A deployment with chats alone, in which nothing happens. */
export async function idleChats({ programs, samples }: Bench): Promise<void> {
  const server = fork(new URL('../chats-server.ts', import.meta.url), [String(CHATS)], {
    execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
  });
  const [url]: string[] = await once(server, 'message');
  if (url === undefined) throw new Error('The chats server sent no URL.');
  const program = new MeasuredProgram(programs.taskdeck('new', url), SIZE);
  await program.untilText('Chat 0 of the bench');
  await watch(program, samples, 'idle chats');
  const exited = once(server, 'exit');
  server.kill();
  await exited;
}
