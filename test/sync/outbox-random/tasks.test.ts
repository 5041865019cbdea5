import { it } from 'vitest';
import { startAgents } from './agents.ts';
import { DELIVERIES, expectExactlyOnce, title } from './run-deliveries.ts';

const TASKS = Math.ceil(DELIVERIES / 6);

it(title('tasks'), () => expectExactlyOnce((clock, random) => startAgents(TASKS, clock, random)), 900_000);
