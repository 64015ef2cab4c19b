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

/** The buttons of a form in a dialog: Cancel, and the one that submits. */
export function DialogActions({ submit }: { readonly submit: string }): JSX.Element {
  return (
    <p class="dialog-actions">
      <button type="button" class="button" onClick={closeDialog}>
        Cancel
      </button>
      <button type="submit" class="button primary">
        {submit}
      </button>
    </p>
  );
}
