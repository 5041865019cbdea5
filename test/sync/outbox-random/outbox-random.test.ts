import { expect, it } from 'vitest';
import { startAgents } from './agents.ts';
import { startChats } from './chats.ts';
import { DELIVERIES, runDeliveries, SEED } from './run-deliveries.ts';

const TASKS = Math.ceil(DELIVERIES / 6);
/** Fewer, so that messages meet in the queues of the server. */
const CHATS = Math.ceil(DELIVERIES / 20);

it.each([
  ['tasks', TASKS, startAgents],
  ['chats', CHATS, startChats],
] as const)(
  `delivers ${DELIVERIES} messages to %s, none lost and none doubled, with cut connections and killed processes (seed ${SEED})`,
  async (_, count, startServer) => {
    const { figures, problems, lost, doubled } = await runDeliveries((clock, random) =>
      startServer(count, clock, random),
    );
    console.log(figures);
    expect({ problems, lost, doubled, left: figures.left, deliveries: figures.deliveries }).toEqual({
      problems: [],
      lost: 0,
      doubled: 0,
      left: [],
      deliveries: DELIVERIES,
    });
  },
  900_000,
);
