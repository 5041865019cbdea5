import * as z from 'zod/mini';
import { timestamp, withDefault } from './common.ts';

const logEntry = z.object({
  id: z.number(),
  content: z.string(),
  type: z.string(),
  time: timestamp,
});

/** GET …/logs: always the whole conversation. */
export const wireTranscript = z.object({
  logs: z.nullable(z.array(logEntry)),
  snapshot: withDefault(z.boolean(), false),
  snapshot_at: withDefault(timestamp, null),
});
export type WireTranscript = z.infer<typeof wireTranscript>;
