import type { MessagePart } from './message.ts';
import { partRow } from './message-text.ts';
import { hasDetails, NO_LIMITS, partDetails } from './part-details.ts';

/** A part with all of its details as plain text, sanitised; text as it is. */
export function partText(part: MessagePart): string {
  if (part.type === 'text') return part.text;
  const details = hasDetails(part) ? partDetails(part, NO_LIMITS) : [];
  return [partRow(part)?.text ?? '', ...details.map(({ firstPrefix, text }) => `${firstPrefix}${text}`)]
    .map((line) => line.trimEnd())
    .join('\n');
}
