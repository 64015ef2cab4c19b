/** The frame of modal dialogs: a native dialog, which manages the focus and Escape. */
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { dialog } from '../state/panels';
import { IconButton } from './basics';

export function closeDialog(): void {
  dialog.value = undefined;
}

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Dialog({ title, children }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} aria-label={title} onClose={closeDialog}>
      <header class="dialog-header">
        <h2>{title}</h2>
        <IconButton icon="close" label="Close" onClick={closeDialog} />
      </header>
      {children}
    </dialog>
  );
}
