import type { Delivery } from '../../domain/delivery.ts';
import type { SliceReducer } from './slice.ts';

/** The messages that no server has accepted yet, and those whose acceptance the transcript does not show yet. */
export interface OutboxState {
  readonly deliveries: readonly Delivery[];
}

export const INITIAL_OUTBOX: OutboxState = { deliveries: [] };

export type OutboxEvent =
  | { readonly type: 'delivery-added'; readonly delivery: Delivery }
  | { readonly type: 'delivery-changed'; readonly delivery: Delivery }
  /** Replaces the outbox with the stored one. */
  | { readonly type: 'deliveries-loaded'; readonly deliveries: readonly Delivery[] }
  | { readonly type: 'delivery-finished'; readonly id: string };

export const outboxReducer = {
  'delivery-added': ({ deliveries }, { delivery }) => ({ deliveries: [...deliveries, delivery] }),
  'delivery-changed': ({ deliveries }, { delivery }) => ({
    deliveries: deliveries.map((each) => (each.id === delivery.id ? delivery : each)),
  }),
  'deliveries-loaded': (_, { deliveries }) => ({ deliveries }),
  'delivery-finished': ({ deliveries }, event) => ({
    deliveries: deliveries.filter(({ id }) => id !== event.id),
  }),
} satisfies SliceReducer<OutboxState, OutboxEvent>;
