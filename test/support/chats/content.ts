import { Refusal } from './refusal.ts';
import type { Part } from './rows.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body of a request as an object. Throws 400 for anything else. */
export function recordOf(body: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(body)) throw new Refusal(400, 'Request body must be valid JSON.');
  return body;
}

const invalidPart = (detail: string): Refusal => new Refusal(400, 'Invalid input part.', { detail });

/** The parts of a message of the user, with trimmed text. Throws 400 as the server does. */
export function inputParts(content: unknown): readonly Part[] {
  if (!Array.isArray(content) || content.length === 0)
    throw new Refusal(400, 'Content is required.', { detail: 'Content cannot be empty.' });
  return content.map((part: unknown, index): Part => {
    const where = `content[${index}]`;
    if (!isRecord(part)) throw invalidPart(`${where} must be an object.`);
    switch (part.type) {
      case 'text': {
        const text = typeof part.text === 'string' ? part.text.trim() : '';
        if (text === '') throw invalidPart(`${where}.text cannot be empty.`);
        return { type: 'text', text };
      }
      case 'file':
        if (typeof part.file_id !== 'string') throw invalidPart(`${where}.file_id is required for file.`);
        return { ...part, type: 'file' };
      case 'file-reference':
        return { ...part, type: 'file-reference' };
      default:
        throw invalidPart(`${where}.type "${String(part.type)}" is not supported.`);
    }
  });
}

/** `plan_mode` of a request: true, false, or undefined when it is absent. */
export function planModeOf(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (value !== 'plan' && value !== '') throw new Refusal(400, 'Invalid plan_mode value.');
  return value === 'plan';
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

export function effortOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !EFFORTS.includes(value))
    throw new Refusal(400, 'Invalid reasoning_effort value.', {
      detail: `"${String(value)}" is not one of ${EFFORTS.join(', ')}.`,
    });
  return value;
}

/** `labels` of a request. At most 50, none empty. */
export function labelsOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const entries = isRecord(value) ? Object.entries(value) : [];
  const isValid =
    isRecord(value) &&
    entries.length <= 50 &&
    entries.every(
      ([key, text]) => /^[a-zA-Z0-9][a-zA-Z0-9._/-]*$/u.test(key) && typeof text === 'string' && text !== '',
    );
  if (!isValid)
    throw new Refusal(400, 'Invalid labels.', {
      validations: [{ field: 'labels', detail: 'Keys must be 1-64 letters, digits, ., _, / or -.' }],
    });
  return value as Readonly<Record<string, string>>;
}
