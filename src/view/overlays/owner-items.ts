import { countedTasks } from '../../domain/bulk-rules.ts';
import { findItems } from '../../domain/find-items.ts';
import {
  EVERYONE,
  isSameScope,
  MINE,
  type OwnerScope,
  SHARED,
  scopeKey,
  scopeOfOwner,
  withArchived,
} from '../../domain/owner-scope.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { hasChats } from '../../store/list-freshness.ts';
import { knownOwners, type Owner } from '../../store/owners.ts';
import type { State } from '../../store/state.ts';
import type { PickerItem } from './picker-rows.ts';

/** The scopes to choose from: own tasks, all tasks, those of each known owner. */
export function ownerItems(state: State): readonly PickerItem[] {
  const me = state.user === null ? '' : sanitiseLine(state.user.username);
  return [
    ownerItem(state, MINE, 'me', ['Your own tasks.'], [me]),
    ...(hasChats(state)
      ? [
          ownerItem(state, SHARED, 'shared with me', ['Chats of others that you can read.'], []),
          ownerItem(
            state,
            EVERYONE,
            'everyone',
            ['Your own and shared chats, all tasks that you can see.'],
            [],
          ),
        ]
      : [ownerItem(state, EVERYONE, 'everyone', ['All tasks that you can see.'], [])]),
    ...knownOwners(state).map((owner) =>
      ownerItem(state, scopeOfOwner(owner.username), owner.username, aboutOwner(owner), [owner.name]),
    ),
  ];
}

function ownerItem(
  { listedScope }: State,
  scope: OwnerScope,
  label: string,
  about: readonly string[],
  words: readonly string[],
): PickerItem {
  const name = sanitiseLine(label);
  const now = isSameScope(scope, withArchived(listedScope, false)) ? ['Listed now.'] : [];
  return {
    id: scopeKey(scope),
    label: name,
    about: sanitiseLine([...about, ...now].join(' ')),
    words: [name, ...words.map(sanitiseLine)],
  };
}

const aboutOwner = ({ name, tasks }: Owner): readonly string[] => [
  ...(name === '' ? [] : [`${name}.`]),
  ...(tasks === 0 ? [] : [`${countedTasks(tasks)} seen.`]),
];

/** The owners that match the text, and the text itself as the name of one that is not known yet. */
export const findOwners = (
  items: readonly PickerItem[],
  text: string,
  state: State,
): readonly PickerItem[] => [...rankedOwners(items, text), ...typedOwner(items, text, state)];

/** Exact matches first, then names that start with the text, then the others. */
function rankedOwners(items: readonly PickerItem[], text: string): readonly PickerItem[] {
  const typed = text.trim().toLowerCase();
  const rank = ({ label }: PickerItem): number => {
    const name = label.toLowerCase();
    return name === typed ? 0 : name.startsWith(typed) ? 1 : 2;
  };
  return findItems(items, text).toSorted((one, other) => rank(one) - rank(other));
}

/** An item for a typed name that is not known yet: the server checks it. */
function typedOwner(items: readonly PickerItem[], text: string, { users }: State): readonly PickerItem[] {
  const name = text.trim();
  if (name === '' || /\s/u.test(name) || items.some(({ id }) => id === scopeKey(scopeOfOwner(name))))
    return [];
  const about = users.forbidden
    ? 'The server does not list its users. Only owners of known tasks are listed.'
    : '';
  return [{ id: scopeKey(scopeOfOwner(name)), label: `owner ${name}`, about, words: [] }];
}
