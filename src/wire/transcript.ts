import * as z from 'zod/mini';
import { orElse, time } from './common.ts';

const logEntry = z.object({
  id: z.number(),
  content: z.string(),
  type: z.string(),
  time: time,
});

/** GET …/logs: the whole conversation, every time. */
export const wireTranscript = z.object({
  logs: z.nullable(z.array(logEntry)),
  snapshot: orElse(z.boolean(), false),
  snapshot_at: orElse(time, null),
});
export type WireTranscript = z.infer<typeof wireTranscript>;
