import { useEffect, useState } from 'react';
import { listTasksOf } from '../../commands/owner.ts';
import { findItems } from '../../domain/find-items.ts';
import { EVERYONE, isSameScope, MINE, ownedBy, type Scope, scopeKey } from '../../domain/scope.ts';
import { tasksInWords } from '../../domain/several.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { type Owner, ownersKnown } from '../../store/owners.ts';
import type { State } from '../../store/state.ts';
import { useDeck } from '../hooks/deck.ts';
import type { OnScreen } from './picker.tsx';
import { Picker, type PickerItem } from './picker.tsx';

/** While a name is being typed the server is not asked about every letter of it; ms. */
const ASK_AFTER_MS = 250;

/** Chooses whose tasks are listed: one's own, everybody's, or those of one owner. */
export function OwnerPicker({ state, ...place }: OnScreen) {
  const { context } = useDeck();
  const { clock, operations } = context;
  const [text, setText] = useState('');
  useEffect(
    () => clock.after(text === '' ? 0 : ASK_AFTER_MS, () => operations.findUsers(text.trim())),
    [text, clock, operations],
  );
  return (
    <Picker
      title="Whose tasks?"
      items={ownerItems(state)}
      empty=""
      find={(items, wanted) => [...found(items, wanted), ...typedName(items, wanted, state)]}
      onText={setText}
      onChoose={(id) => listTasksOf(context, id)}
      {...place}
    />
  );
}

function ownerItems(state: State): readonly PickerItem[] {
  const me = state.user === null ? '' : sanitiseLine(state.user.username);
  return [
    item(state, MINE, 'me', ['Your own tasks.'], [me]),
    item(state, EVERYONE, 'everyone', ['All tasks that you may see.'], []),
    ...ownersKnown(state).map((owner) =>
      item(state, ownedBy(owner.username), owner.username, aboutOwner(owner), [owner.name]),
    ),
  ];
}

function item(
  { listed }: State,
  scope: Scope,
  label: string,
  about: readonly string[],
  words: readonly string[],
): PickerItem {
  const name = sanitiseLine(label);
  const now = isSameScope(scope, listed) ? ['They are listed now.'] : [];
  return {
    id: scopeKey(scope),
    label: name,
    about: sanitiseLine([...about, ...now].join(' ')),
    words: [name, ...words.map(sanitiseLine)],
  };
}

const aboutOwner = ({ name, tasks }: Owner): readonly string[] => [
  ...(name === '' ? [] : [`${name}.`]),
  ...(tasks === 0 ? [] : [`${tasksInWords(tasks)} seen.`]),
];

/** Whoever is called what is typed comes before those whose names begin with it, and these before those that hold it. */
function found(items: readonly PickerItem[], text: string): readonly PickerItem[] {
  const typed = text.trim().toLowerCase();
  const rank = ({ label }: PickerItem): number => {
    const name = label.toLowerCase();
    return name === typed ? 0 : name.startsWith(typed) ? 1 : 2;
  };
  return findItems(items, text).toSorted((one, other) => rank(one) - rank(other));
}

/** A name that nobody has named yet: the server knows whether there is such a user. */
function typedName(items: readonly PickerItem[], text: string, { users }: State): readonly PickerItem[] {
  const name = text.trim();
  if (name === '' || /\s/u.test(name) || items.some(({ id }) => id === scopeKey(ownedBy(name)))) return [];
  const about = users.refused
    ? 'The server does not tell who else there is. It knows those who have tasks.'
    : '';
  return [{ id: scopeKey(ownedBy(name)), label: `the owner called ${name}`, about, words: [] }];
}
