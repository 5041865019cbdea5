import { nextPinOrder, type OwnFieldsById, withOwnField } from '../../domain/own-fields.ts';
import type { SliceReducer } from './slice.ts';

/** Titles and pins that taskdeck stores, because the server has none. `own` of each task repeats its entry. */
export interface OwnFieldsState {
  readonly ownFields: OwnFieldsById;
}

export const INITIAL_OWN_FIELDS: OwnFieldsState = { ownFields: new Map() };

export type OwnFieldsEvent =
  /** An empty title removes the own one. */
  | { readonly type: 'own-title-changed'; readonly taskId: string; readonly title: string }
  | { readonly type: 'own-pin-changed'; readonly taskId: string; readonly isPinned: boolean }
  /** Those on disk: another taskdeck has changed some. */
  | { readonly type: 'own-fields-read'; readonly ownFields: OwnFieldsById };

export const ownFieldsReducer = {
  'own-title-changed': ({ ownFields }, { taskId, title }) => ({
    ownFields: withOwnField(ownFields, taskId, { title }),
  }),
  'own-pin-changed': ({ ownFields }, { taskId, isPinned }) => ({
    ownFields: withOwnField(ownFields, taskId, { pinOrder: isPinned ? nextPinOrder(ownFields) : 0 }),
  }),
  'own-fields-read': (_, { ownFields }) => ({ ownFields }),
} satisfies SliceReducer<OwnFieldsState, OwnFieldsEvent>;
