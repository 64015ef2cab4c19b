/** The frame of a side panel. */
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { panel } from '../state/panels';
import { IconButton } from './basics';

interface PanelProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of a panel: it takes the focus when it opens and returns it when it closes. */
export function Panel({ title, actions, children }: PanelProps): JSX.Element {
  const frame = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const previousFocus = document.activeElement;
    frame.current?.focus({ preventScroll: true });
    return () => previousFocus instanceof HTMLElement && previousFocus.isConnected && previousFocus.focus({ preventScroll: true });
  }, []);
  const close = (): void => {
    panel.value = undefined;
  };
  return (
    <aside
      class="panel"
      ref={frame}
      tabIndex={-1}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) {
          close();
        }
      }}
    >
      <header class="panel-header">
        <h2>{title}</h2>
        {actions}
        <IconButton icon="close" label={`Close ${title.toLowerCase()}`} onClick={close} />
      </header>
      {children}
    </aside>
  );
}
