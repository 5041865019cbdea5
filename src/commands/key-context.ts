import type { State } from '../store/state.ts';
import type { KeyContext } from './command.ts';
import { isBrowsingHits } from './transcript-search.ts';

/** The part of the screen that has the keys; questions and pickers have keys of their own, which are no commands. */
export type InputContext = KeyContext | 'question' | 'picker';

/** The context of the next key. */
export function currentKeyContext(state: State): InputContext {
  const { view } = state;
  switch (view.overlay?.kind) {
    case 'help':
    case 'outbox':
    case 'outcome':
    case 'peek':
    case 'requests':
    case 'worktree':
    case 'filter':
    case 'search':
    case 'save':
    case 'rename':
    case 'attach':
    case 'options':
      return view.overlay.kind;
    case 'diff-search':
      return 'search';
    case 'texts':
      return 'outcome';
    case 'confirm-action':
    case 'confirm-resume':
    case 'confirm-bulk':
    case 'confirm-overwrite':
    case 'confirm-quit':
    case 'confirm-restart':
    case 'confirm-edit':
    case 'confirm-permission':
    case 'confirm-sign-in':
    case 'confirm-worktree':
    case 'confirm-comment':
    case 'confirm-own':
      return 'question';
    case 'places':
    case 'views':
    case 'owners':
    case 'groups':
    case 'links':
    case 'columns':
    case 'copy':
    case 'snooze':
    case 'palette':
    case 'find':
    case 'mode':
    case 'workspace':
      return 'picker';
    default:
      if (view.openDiff !== null && view.focus !== 'prompt') return 'diff';
      if (isBrowsingHits(state)) return 'hits';
      if (view.focus !== 'prompt' || view.openForm === null) return view.focus;
      return view.openForm.field === 'prompt' ? 'form' : 'field';
  }
}
