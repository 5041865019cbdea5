import type { Command, Scope } from '../../commands/command.ts';
import { scopeOf } from '../../commands/press.ts';
import { commands, scopesOf } from '../../commands/table.ts';
import { displayWidth } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';

const GAP = '  ';

/** The keys that do something here and now, as many as fit. Help and quit always do. */
export function footerLine(state: State, theme: Theme): string {
  const scope = scopeOf(state);
  const hints = scope === null || scope === 'question' ? fixedHints(state) : hintsOf(state, scope, theme);
  return ` ${fitHints(hints, state.size.columns - 2, theme)}`;
}

interface Hint {
  readonly key: string;
  readonly word: string;
  readonly keep: boolean;
}

function hintsOf(state: State, scope: Scope, theme: Theme): Hint[] {
  const scopes = scopesOf(scope);
  const offered = commands.filter(
    (command): command is Command & { readonly hint: string } =>
      command.hint !== undefined &&
      scopes.includes(command.scope) &&
      (command.enabled?.(state) ?? true) === true,
  );
  const hints = offered.map(({ id, keys, hint }) => ({
    key: keyLabel(keys[0] ?? '', theme),
    word: hint,
    keep: id === 'help' || id === 'quit',
  }));
  switch (scope) {
    case 'list':
      return [{ key: theme.glyphs.upDown, word: 'move', keep: false }, ...hints];
    case 'transcript':
      return [{ key: theme.glyphs.upDown, word: 'scroll', keep: false }, ...hints];
    case 'prompt':
      return [
        ...hints,
        { key: 'alt+enter', word: 'new line', keep: false },
        { key: theme.glyphs.upDown, word: 'history', keep: false },
      ];
    default:
      return [...hints, { key: 'esc', word: 'close', keep: true }];
  }
}

function fixedHints({ view }: State): Hint[] {
  const { overlay } = view;
  const enter = { key: 'enter', word: overlay?.kind === 'filter' ? 'keep' : 'choose', keep: true };
  const question = overlay?.kind.startsWith('confirm') === true;
  return question ? [] : [enter, { key: 'esc', word: 'back', keep: true }];
}

function fitHints(hints: readonly Hint[], columns: number, theme: Theme): string {
  const width = ({ key, word }: Hint): number => displayWidth(`${key} ${word}`) + GAP.length;
  let room =
    columns + GAP.length - hints.filter(({ keep }) => keep).reduce((sum, hint) => sum + width(hint), 0);
  const shown = hints.filter((hint) => {
    if (hint.keep) return true;
    room -= width(hint);
    return room >= 0;
  });
  return shown.map(({ key, word }) => `${theme.accent(key)} ${theme.dim(word)}`).join(GAP);
}

/** A key as it stands on a keyboard, or short. */
export function keyLabel(key: string, { glyphs }: Pick<Theme, 'glyphs'>): string {
  return key === 'enter' ? glyphs.enter : key;
}
