import { useInput, usePaste } from 'ink';
import TextInput from 'ink-text-input';
import { useRef, useState } from 'react';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { guardEdit } from './guard-edit.ts';

export interface TextFieldProps {
  readonly value: string;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
  readonly onSubmit: (value: string) => void;
}

/**
 * ink-text-input, held to what a line of text may become: whole characters, no line breaks, and no letter typed by a
 * ctrl key. Its handler runs before ours for the same key, so its change is kept until the key is known here.
 */
export function TextField({ value, placeholder, onChange, onSubmit }: TextFieldProps) {
  const proposed = useRef<string | null>(null);
  // The field keeps its cursor to itself; a new key is the only way to put it at the end.
  const [generation, setGeneration] = useState(0);
  const replace = (next: string): void => {
    onChange(next);
    setGeneration((number) => number + 1);
  };

  useInput((input, key) => {
    const next = proposed.current;
    proposed.current = null;
    if (key.ctrl || key.meta) {
      const replaced = key.ctrl ? READLINE.get(input)?.(value) : undefined;
      if (replaced !== undefined || next !== null) replace(replaced ?? value);
    } else if (next !== null) {
      const guarded = guardEdit(value, next);
      if (guarded === next) onChange(next);
      else replace(guarded);
    }
  });
  usePaste((text) => replace(value + sanitiseLine(text)));

  return (
    <TextInput
      key={generation}
      value={value}
      placeholder={placeholder ?? ''}
      onChange={(next) => {
        proposed.current = next;
      }}
      onSubmit={onSubmit}
    />
  );
}

const READLINE = new Map<string, (value: string) => string>([
  ['u', () => ''],
  ['w', (value) => value.replace(/\S+\s*$/u, '')],
]);
