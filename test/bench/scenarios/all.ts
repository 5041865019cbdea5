import type { Scenario } from '../scenario.ts';
import { changedTask } from './changed-task.ts';
import { idle } from './idle.ts';
import { idleChats } from './idle-chats.ts';
import { keys } from './keys.ts';
import { scale } from './list-size.ts';
import { localChats } from './local-chats.ts';
import { localRest } from './local-rest.ts';
import { longList } from './long-list.ts';
import { longTranscript } from './long-transcript.ts';
import { memory } from './memory.ts';
import { scripts } from './scripts.ts';
import { search } from './search.ts';
import { slowPipe } from './slow-pipe.ts';
import { start } from './start.ts';
import { streamedTurn } from './streamed-turn.ts';

/** By the names for `--only`. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  start,
  scripts,
  keys: keys({ cols: 80, rows: 24 }),
  'keys-wide': keys({ cols: 200, rows: 50 }),
  scale,
  idle,
  'idle-chats': idleChats,
  'streamed-turn': streamedTurn,
  memory,
  'long-transcript': longTranscript,
  'long-list': longList('long list', false),
  'changing-list': longList('changing list', true),
  'changed-task': changedTask,
  'slow-pipe': slowPipe,
  'local-chats': localChats,
  'local-rest': localRest,
  search,
};
