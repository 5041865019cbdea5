import { type KeyNames, keyFor, withKeyNames } from '../../domain/key-hint.ts';
import type { Template } from '../../domain/ports.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { wrap } from '../../domain/text/wrap.ts';
import type { Theme } from '../theme.ts';

/** Of a longer description the beginning will do; UTF-16 units. */
const MOST_DESCRIPTION = 4_000;

/** Beside the prompt of a new task: what it will be made from, and which keys there are. */
export function composeLines(
  template: Template | null,
  theme: Theme,
  width: number,
  names: KeyNames,
): string[] {
  const wrapped = (text: string): string[] => wrap(text, Math.max(1, width));
  return [
    theme.strong(template === null ? 'Asking for templates…' : templateName(template)),
    ...(template === null || template.description === ''
      ? []
      : wrapped(sanitise(template.description.slice(0, MOST_DESCRIPTION)))),
    '',
    ...wrapped(
      withKeyNames(
        `Write below what the task should do: ${keyFor('send')} starts it, alt+enter begins a new line, ${keyFor('leave-prompt')} goes back and keeps what is written.`,
        names,
      ),
    ).map(theme.dim),
  ];
}

/** What a person reads for a template. */
export const templateName = ({ displayName, name }: Template): string => sanitiseLine(displayName || name);
