/**
 * A list of any length; only the rows in view are in the document.
 *
 * While the user is at the end, it stays at the end; otherwise the row at the top of the view does not move when rows
 * above it are added or grow.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Heights } from './heights';

export interface VirtualListProps<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly children: (item: Item, index: number) => ComponentChildren;
  readonly label: string;
  /** The estimated height of a row in pixels. */
  readonly estimate: number;
  /** The key of the row to scroll to, when it changes. */
  readonly target: string | undefined;
  readonly onNearStart: () => void;
  readonly onEnd: (isAtEnd: boolean) => void;
}

const OVERSCAN_PIXELS = 600;
const END_PIXELS = 40;
const START_PIXELS = 400;

interface Anchor {
  readonly key: string;
  readonly distance: number;
}

export function VirtualList<Item>(props: VirtualListProps<Item>): JSX.Element {
  const { items, keyOf, children, label, estimate, target, onNearStart, onEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const heights = useMemo(() => new Heights(estimate), [estimate]);
  const isAtEnd = useRef(true);
  const anchor = useRef<Anchor | undefined>(undefined);
  const [view, setView] = useState({ top: 0, height: 800 });
  const [, setMeasured] = useState(0);
  useMemo(() => heights.setKeys(items.map(keyOf)), [heights, items, keyOf]);

  const updateView = useCallback(() => {
    const element = scroller.current;
    if (element !== null) {
      const { scrollTop: top, clientHeight: height, scrollHeight } = element;
      const wasAtEnd = isAtEnd.current;
      isAtEnd.current = top + height >= scrollHeight - END_PIXELS;
      const first = heights.indexAt(top);
      anchor.current = { key: heights.key(first) ?? '', distance: heights.offset(first) - top };
      setView({ top, height });
      if (wasAtEnd !== isAtEnd.current) {
        onEnd(isAtEnd.current);
      }
      if (top < START_PIXELS) {
        onNearStart();
      }
    }
  }, [heights, onEnd, onNearStart]);

  const observer = useRowObserver(heights, () => setMeasured((count) => count + 1));
  useEffect(() => {
    const sizes = new ResizeObserver(updateView);
    if (scroller.current !== null) {
      sizes.observe(scroller.current);
    }
    return () => sizes.disconnect();
  }, [updateView]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) {
      return;
    }
    const scrollTop = isAtEnd.current ? element.scrollHeight : anchoredScrollTop(anchor.current, heights, element.scrollTop);
    if (Math.abs(element.scrollTop - scrollTop) > 1) {
      element.scrollTop = scrollTop;
    }
  });

  useLayoutEffect(() => {
    const index = target === undefined ? -1 : heights.indexOf(target);
    if (index >= 0 && scroller.current !== null) {
      isAtEnd.current = false;
      scroller.current.scrollTop = Math.max(0, heights.offset(index) - scroller.current.clientHeight / 3);
      updateView();
    }
  }, [target, heights, updateView]);

  const first = heights.indexAt(Math.max(0, view.top - OVERSCAN_PIXELS));
  const last = heights.indexAt(view.top + view.height + OVERSCAN_PIXELS);
  return (
    <div class="scroller" ref={scroller} onScroll={updateView}>
      <div class="scroller-canvas" role="feed" aria-label={label} style={{ height: `${heights.total}px` }} onKeyDown={moveBetweenRows}>
        <div class="scroller-window" role="presentation" style={{ transform: `translateY(${heights.offset(first)}px)` }}>
          {items.slice(first, last + 1).map((item, position) => (
            <MeasuredRow key={keyOf(item)} name={keyOf(item)} observer={observer}>
              {children(item, first + position)}
            </MeasuredRow>
          ))}
        </div>
      </div>
    </div>
  );
}

interface MeasuredRowProps {
  readonly name: string;
  readonly observer: ResizeObserver;
  readonly children: ComponentChildren;
}

function MeasuredRow({ name, observer, children }: MeasuredRowProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) {
      return undefined;
    }
    observer.observe(observed);
    return () => observer.unobserve(observed);
  }, [observer]);
  return (
    <div ref={element} data-row={name} role="presentation">
      {children}
    </div>
  );
}

function useRowObserver(heights: Heights, onChange: () => void): ResizeObserver {
  const observer = useMemo(
    () =>
      new ResizeObserver((entries) => {
        const measured = entries
          .filter(({ target }) => target.isConnected)
          .map(({ target }) => [target.getAttribute('data-row') ?? '', target.getBoundingClientRect().height] as const);
        if (heights.measure(measured)) {
          onChange();
        }
      }),
    [heights],
  );
  useEffect(() => () => observer.disconnect(), [observer]);
  return observer;
}

function anchoredScrollTop(anchor: Anchor | undefined, heights: Heights, currentScrollTop: number): number {
  const index = anchor === undefined ? -1 : heights.indexOf(anchor.key);
  return anchor === undefined || index < 0 ? currentScrollTop : heights.offset(index) - anchor.distance;
}

/** The up and down keys move between rows, in addition to Page Up and Page Down of the WAI-ARIA pattern "feed". */
function moveBetweenRows(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, PageUp: -1, ArrowDown: 1, PageDown: 1 }[event.key];
  const row = event.target instanceof Element && event.target.matches('article') ? event.target.closest('[data-row]') : null;
  if (step === undefined || row === null) {
    return;
  }
  const next = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  const article = next?.querySelector<HTMLElement>('article');
  if (article !== null && article !== undefined) {
    event.preventDefault();
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: 'nearest' });
  }
}
