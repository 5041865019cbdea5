import { afterEach, beforeEach, expect, test } from 'vitest';
import { ada, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const open = () => state.open().savedState(ada);

test('own titles and pins are restored in the next run, and gone when they are removed', () => {
  const memory = open();
  memory.saveOwnFields(
    new Map([
      ['a', { title: 'Mine' }],
      ['b', { pinOrder: 1 }],
    ]),
  );
  memory.saveOwnFields(
    new Map([
      ['a', { pinOrder: 2 }],
      ['b', { pinOrder: 0 }],
    ]),
  );
  expect(Object.fromEntries(open().ownFields())).toEqual({ a: { title: 'Mine', pinOrder: 2 } });
});

test('two taskdecks change different fields of one task', () => {
  const [one, other] = [open(), open()];
  one.saveOwnFields(new Map([['a', { title: 'Mine' }]]));
  other.saveOwnFields(new Map([['a', { pinOrder: 1 }]]));
  expect(open().ownFields().get('a')).toEqual({ title: 'Mine', pinOrder: 1 });
});

test('a taskdeck reads only what another one wrote', () => {
  const [one, other] = [open(), open()];
  one.ownFields();
  other.ownFields();
  one.saveOwnFields(new Map([['a', { title: 'Mine' }]]));
  expect(one.newOwnFields()).toBeNull();
  expect(other.newOwnFields()?.get('a')?.title).toBe('Mine');
  expect(other.newOwnFields()).toBeNull();
});

test('own fields are separate for each deployment and user', () => {
  open().saveOwnFields(new Map([['a', { title: 'Mine' }]]));
  expect(
    state
      .open()
      .savedState({ ...ada, user: 'bob' })
      .ownFields().size,
  ).toBe(0);
});

test('own fields move to the user once the name is known', () => {
  const storage = state.open();
  storage.savedState({ ...ada, user: '?x' }).saveOwnFields(new Map([['a', { title: 'Mine' }]]));
  storage.mergeAnonymousData(ada.origin, '?x', ada.user);
  expect(open().ownFields().get('a')?.title).toBe('Mine');
});
