import type { Command, CommandContext } from './command.ts';

function scroll({ store }: CommandContext, lines: number): void {
  const { overlay } = store.getState().view;
  if (overlay?.kind !== 'help') return;
  store.dispatch({
    type: 'overlay-opened',
    overlay: { kind: 'help', top: Math.max(0, overlay.top + lines) },
  });
}

export const helpCommands: readonly Command[] = [
  {
    id: 'help-down',
    title: 'Further down in this list',
    keys: ['down', 'j'],
    scope: 'help',
    run: (context) => scroll(context, 1),
  },
  {
    id: 'help-up',
    title: 'Back up',
    keys: ['up', 'k'],
    scope: 'help',
    run: (context) => scroll(context, -1),
  },
  {
    id: 'help-page-down',
    title: 'A page down',
    keys: ['pagedown', 'space'],
    scope: 'help',
    run: (context) => scroll(context, 10),
  },
  {
    id: 'help-page-up',
    title: 'A page up',
    keys: ['pageup'],
    scope: 'help',
    run: (context) => scroll(context, -10),
  },
];
