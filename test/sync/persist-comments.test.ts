import { afterEach, beforeEach, expect, it } from 'vitest';
import { bufferOf, EMPTY_BUFFER } from '../../src/domain/edit/buffer.ts';
import type { SavedState } from '../../src/domain/ports/saved-state.ts';
import { commentDraftKey, commentKey, type ReviewComment } from '../../src/domain/review/review-comment.ts';
import { commentsOf } from '../../src/store/review.ts';
import { persistState } from '../../src/sync/persist-state.ts';
import { savedScrollPositionsOf } from '../../src/view/detail/scroll-positions.ts';
import { makeChat } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

/** A taskdeck on the same data as all others. */
function taskdeck(savedState: SavedState = state.open().savedState(ada)) {
  const fixture = syncFixture();
  const saving = persistState(fixture.store, savedState, fixture.clock, savedScrollPositionsOf);
  return {
    ...fixture,
    saving,
    dispatch: fixture.store.dispatch,
    texts: () => commentsOf(fixture.store.getState(), 'c1').map(({ text }) => text),
    openDiff: () => fixture.store.dispatch({ type: 'diff-opened', taskId: 'c1', of: 'base' }),
  };
}

const made = (id: string, text: string): ReviewComment => ({
  taskId: 'c1',
  id,
  of: 'base',
  repository: 'r',
  path: 'src/日本.ts',
  side: 'new',
  line: 3,
  lineText: '\u001b[31m"x"\r',
  before: ['a'],
  after: [],
  text,
});

const onDisk = (): readonly string[] => [...state.open().savedState(ada).drafts().keys()].sort();

it('a comment and its draft survive a kill, and belong to their task', async () => {
  const one = taskdeck();
  const [kept, begun] = [made('1', 'kept'), made('2', '')];
  one.dispatch({ type: 'comments-written', comments: [kept] });
  one.dispatch({ type: 'comment-opened', comment: begun });
  one.dispatch({ type: 'draft-changed', key: commentDraftKey(commentKey(begun)), buffer: bufferOf('half') });
  await one.clock.advance(300);
  const next = taskdeck();
  expect(commentsOf(next.store.getState(), 'c1')).toEqual([kept, begun]);
  expect(commentsOf(next.store.getState(), 'c2')).toEqual([]);
  expect(next.store.getState().drafts.get(commentDraftKey(commentKey(begun)))?.text).toBe('half');
});

it('two taskdecks keep the comments of both, and each sees those of the other in a diff that it opens', () => {
  const [one, two] = [taskdeck(), taskdeck()];
  one.dispatch({ type: 'comments-written', comments: [made('1', 'one')] });
  two.dispatch({ type: 'comments-written', comments: [made('2', 'two')] });
  one.saving.flush();
  two.saving.flush();
  one.openDiff();
  two.openDiff();
  expect(one.texts()).toEqual(expect.arrayContaining(['one', 'two']));
  expect(two.texts()).toEqual(expect.arrayContaining(['one', 'two']));

  // The other one sends them, or changes one.
  two.dispatch({ type: 'comments-removed', keys: [commentKey(made('1', ''))] });
  two.dispatch({ type: 'comments-written', comments: [made('2', 'two again')] });
  two.saving.flush();
  one.dispatch({ type: 'diff-requested', taskId: 'c1', of: 'base' });
  expect(one.texts()).toEqual(['two again']);
  one.saving();
  expect(taskdeck().texts()).toEqual(['two again']);
});

it('a comment that is being written stays when another taskdeck deletes it', () => {
  const one = taskdeck();
  one.dispatch({ type: 'comments-written', comments: [made('1', 'one')] });
  one.saving.flush();
  const two = taskdeck();
  const key = commentKey(made('1', ''));
  two.dispatch({ type: 'comments-removed', keys: [key] });
  two.saving.flush();
  one.dispatch({ type: 'draft-changed', key: commentDraftKey(key), buffer: bufferOf('one more') });
  one.openDiff();
  expect(one.texts()).toEqual(['one']);
  one.saving();
  expect(onDisk()).toEqual([key, commentDraftKey(key)].sort());
});

it('a comment that moves into a draft leaves the disk only after the draft is there', () => {
  const real = state.open().savedState(ada);
  let isFull = false;
  const written: string[] = [];
  const one = taskdeck({
    ...real,
    saveDraft(key, text) {
      if (isFull && text !== '') return false;
      written.push(`${text === '' ? 'delete' : 'write'} ${key}`);
      return real.saveDraft(key, text);
    },
  });
  const comment = made('1', 'one');
  const key = commentKey(comment);
  one.dispatch({ type: 'comments-written', comments: [comment] });
  one.saving.flush();
  isFull = true;
  const collected = { taskId: 'c1', comments: [comment], draft: EMPTY_BUFFER, text: 'message' };
  one.dispatch(
    { type: 'comments-collected', collected },
    { type: 'draft-changed', key: 'c1', buffer: bufferOf('message') },
  );
  one.saving.flush();
  expect(onDisk()).toEqual([key]);
  isFull = false;
  one.saving.flush();
  expect(onDisk()).toEqual(['c1']);
  expect(written).toEqual([`write ${key}`, 'write c1', `delete ${key}`]);
});

it('a full disk loses no comment of the screen', () => {
  const real = state.open().savedState(ada);
  const one = taskdeck({ ...real, saveDraft: () => false });
  one.receiveList(makeChat({ id: 'c1' }));
  one.dispatch({ type: 'comments-written', comments: [made('1', 'one')] });
  one.openDiff();
  expect(one.texts()).toEqual(['one']);
});
