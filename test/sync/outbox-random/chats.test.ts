import { it } from 'vitest';
import { startChats } from './chats.ts';
import { DELIVERIES, expectExactlyOnce, title } from './run-deliveries.ts';

/** Few, so that messages meet in the queues of the server. */
const CHATS = Math.ceil(DELIVERIES / 20);

it(title('chats'), () => expectExactlyOnce((clock, random) => startChats(CHATS, clock, random)), 900_000);
