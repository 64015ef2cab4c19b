/** A button that opens a small menu above everything else; arrow keys, Home, End and Escape work as expected. */
import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { Icon } from './icons';
import type { IconName } from './icons';

export interface MenuItem {
  readonly label: string;
  readonly icon: IconName;
  readonly isDangerous?: boolean;
  readonly onSelect: () => void;
}

interface PopoverProps {
  readonly label: string;
  readonly icon: IconName;
  readonly role: 'menu' | 'group';
  readonly class?: string;
  readonly children: (close: () => void) => ComponentChildren;
}

const GAP_PIXELS = 4;

/** The content is only in the document while it is open. */
export function Popover({ label, icon, role, class: className = '', children }: PopoverProps): JSX.Element {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const close = (): void => {
    content.current?.hidePopover();
    button.current?.focus({ preventScroll: true });
  };
  const onToggle = (event: ToggleEvent): void => {
    const open = event.newState === 'open';
    setIsOpen(open);
    if (open) {
      requestAnimationFrame(() => {
        positionPopover(button.current, content.current);
        content.current?.querySelector<HTMLElement>('button')?.focus({ preventScroll: true });
      });
    }
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup={role === 'menu' ? 'menu' : 'dialog'}
        aria-expanded={isOpen}
        onClick={() => content.current?.togglePopover()}
      >
        <Icon name={icon} />
      </button>
      <div ref={content} id={id} popover="auto" class={`popover ${className}`} onToggle={onToggle} onKeyDown={moveBetweenButtons}>
        {isOpen && (
          <div role={role} aria-label={label} class="popover-content">
            {children(close)}
          </div>
        )}
      </div>
    </>
  );
}

interface MenuProps {
  readonly label: string;
  readonly icon?: IconName;
  readonly items: readonly MenuItem[];
}

export function Menu({ label, icon = 'more', items }: MenuProps): JSX.Element {
  return (
    <Popover label={label} icon={icon} role="menu">
      {(close) =>
        items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            class={item.isDangerous === true ? 'menu-item dangerous' : 'menu-item'}
            onClick={() => {
              close();
              item.onSelect();
            }}
          >
            <Icon name={item.icon} /> {item.label}
          </button>
        ))
      }
    </Popover>
  );
}

/** Below the button, or above it if there is not enough space; always within the window. */
function positionPopover(button: HTMLElement | null, content: HTMLElement | null): void {
  if (button === null || content === null) {
    return;
  }
  const anchor = button.getBoundingClientRect();
  const { width, height } = content.getBoundingClientRect();
  const below = anchor.bottom + GAP_PIXELS;
  const top = below + height > innerHeight ? anchor.top - GAP_PIXELS - height : below;
  content.style.top = `${Math.max(GAP_PIXELS, top)}px`;
  content.style.left = `${Math.max(GAP_PIXELS, Math.min(anchor.right - width, innerWidth - width - GAP_PIXELS))}px`;
}

function moveBetweenButtons(event: KeyboardEvent): void {
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('button')];
  const current = buttons.findIndex((button) => button === document.activeElement);
  const next = {
    ArrowDown: current + 1,
    ArrowRight: current + 1,
    ArrowUp: current - 1,
    ArrowLeft: current - 1,
    Home: 0,
    End: buttons.length - 1,
  }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    buttons.at(next % buttons.length)?.focus();
  }
}
