/** Basic components. */
import type { ComponentChildren, JSX } from 'preact';
import type { PresenceStatus } from '../api/operations';
import { cut } from '../characters';
import { Icon } from './icons';
import type { IconName } from './icons';

const AVATAR_COLOURS = 8;

const STATUS_WORDS: Record<PresenceStatus, string> = {
  ONLINE: 'online',
  AWAY: 'away',
  BUSY: 'busy',
  OFFLINE: 'offline',
};

export function statusInWords(status: PresenceStatus): string {
  return STATUS_WORDS[status];
}

interface IconButtonProps extends Omit<JSX.IntrinsicElements['button'], 'icon' | 'label'> {
  readonly icon: IconName;
  readonly label: string;
  readonly badge?: number;
}

/** A button with an icon, a label for screen readers, and a tooltip. */
export function IconButton({ icon, label, badge = 0, ...rest }: IconButtonProps): JSX.Element {
  return (
    <button type="button" class="icon-button" title={label} {...rest}>
      <Icon name={icon} />
      <span class="visually-hidden">{label}</span>
      {badge > 0 && <Badge count={badge} />}
    </button>
  );
}

export function Badge({ count, isMention = false }: { readonly count: number; readonly isMention?: boolean }): JSX.Element {
  const text = count > 99 ? '99+' : String(count);
  return (
    <span class={isMention ? 'badge badge-mention' : 'badge'}>
      {isMention ? `@${text}` : text}
      <span class="visually-hidden">{isMention ? ' mentions' : ' unread'}</span>
    </span>
  );
}

interface AvatarProps {
  readonly id: string;
  readonly name: string;
  readonly status?: PresenceStatus | undefined;
}

export function Avatar({ id, name, status }: AvatarProps): JSX.Element {
  return (
    <span class={`avatar avatar-${colourOf(id)}`} aria-hidden="true">
      {initials(name)}
      {status !== undefined && <span class={`presence presence-${status.toLowerCase()}`} />}
    </span>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }): JSX.Element {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {what} …
    </p>
  );
}

export function Trouble({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <p class="trouble" role="alert">
      {children}
    </p>
  );
}

function colourOf(id: string): number {
  let sum = 0;
  for (const character of id) {
    sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  }
  return sum % AVATAR_COLOURS;
}

function initials(name: string): string {
  const words = name.split(/[\s,&]+/).filter((word) => word !== '');
  const [first = '?', second = ''] = words;
  return (cut(first, 1) + cut(second, 1)).toUpperCase();
}
