import { useEffect, useRef } from 'react';
import type { Pointing } from '../../domain/pointing.ts';
import { isTiny } from '../../store/geometry.ts';
import { useDeck } from './deck.ts';

/** A part of the screen that does something when it is clicked, or when the wheel turns over it. Cells from 0. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** It belongs to what is on top of the panes. While something is, a click anywhere else does nothing. */
  readonly onTop?: boolean;
  /** Column and row within the region. */
  click?(column: number, row: number): void;
  wheel?(step: -1 | 1): void;
}

/** The regions that are on the screen as it was drawn last, the newest first. */
export class Regions {
  #all: readonly { readonly current: Region }[] = [];

  add(region: { readonly current: Region }): () => void {
    this.#all = [region, ...this.#all];
    return () => {
      this.#all = this.#all.filter((each) => each !== region);
    };
  }

  at({ column, row }: Pointing, onTop: boolean): Region | undefined {
    return this.#all
      .map(({ current }) => current)
      .find(
        ({ x, y, width, height, onTop: isOnTop = false }) =>
          isOnTop === onTop && column >= x && column < x + width && row >= y && row < y + height,
      );
  }
}

/** Makes a part of the screen one that the mouse acts on. */
export function useRegion(region: Region): void {
  const { regions } = useDeck();
  const newest = useRef(region);
  newest.current = region;
  useEffect(() => regions.add(newest), [regions]);
}

/** Hands what the mouse does to the region under it. Nothing falls through to what is behind. */
export function useMouse(): void {
  const { context, regions, pointer } = useDeck();
  const { store } = context;
  useEffect(
    () =>
      pointer?.listen((pointing) => {
        const { mouse, size, view, notice } = store.getState();
        if (!mouse || isTiny(size)) return;
        const region = regions.at(pointing, view.overlay !== null);
        if (region === undefined) return;
        if (pointing.kind !== 'click') return region.wheel?.(pointing.kind === 'wheel-up' ? -1 : 1);
        if (region.click === undefined) return;
        // As with a key: a remark has been read by then.
        if (notice !== null && notice.tone !== 'bad') store.dispatch({ type: 'noticed', notice: null });
        region.click(pointing.column - region.x, pointing.row - region.y);
      }),
    [pointer, regions, store],
  );
}
