import { useEffect, useRef } from 'react';
import { isTiny } from '../../view/layout/geometry.ts';
import { useAppContext } from './app-context.ts';
import type { Region } from './regions.ts';

/** Registers a part of the screen for mouse events. */
export function useRegion(region: Region): void {
  const { regions } = useAppContext();
  const newest = useRef(region);
  newest.current = region;
  useEffect(() => regions.add(newest), [regions]);
}

/** Sends mouse events to the region under the pointer, and to no region behind it. */
export function useMouse(): void {
  const { context, regions, pointer } = useAppContext();
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
        const { click } = region;
        store.batch(() => {
          // Hides the notice, as a key does.
          if (notice !== null && notice.tone !== 'bad')
            store.dispatch({ type: 'notice-changed', notice: null });
          click(pointing.column - region.x, pointing.row - region.y);
        });
      }),
    [pointer, regions, store],
  );
}
