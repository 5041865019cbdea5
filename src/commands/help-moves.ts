import type { Command } from './command.ts';

/** A command that scrolls the help. It has no `run`: the help lists these commands, and an import would be circular. */
interface HelpMove extends Omit<Command, 'run'> {
  /** Rows to scroll down in a window of `height` rows; negative scrolls up. */
  step(height: number): number;
}

export const HELP_MOVES: readonly HelpMove[] = [
  {
    id: 'help-down',
    title: 'Scroll the help down',
    keys: ['down', 'j'],
    keyContext: 'help',
    step: () => 1,
  },
  { id: 'help-up', title: 'Scroll the help up', keys: ['up', 'k'], keyContext: 'help', step: () => -1 },
  {
    id: 'help-page-down',
    title: 'Scroll the help down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'help',
    step: (height) => Math.max(1, height - 1),
  },
  {
    id: 'help-page-up',
    title: 'Scroll the help up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'help',
    step: (height) => -Math.max(1, height - 1),
  },
  {
    id: 'help-top',
    title: 'To the beginning of the help',
    keys: ['g', 'home'],
    keyContext: 'help',
    step: () => Number.NEGATIVE_INFINITY,
  },
  {
    id: 'help-end',
    title: 'To the end of the help (signs)',
    keys: ['G', 'end'],
    keyContext: 'help',
    step: () => Number.POSITIVE_INFINITY,
  },
];
