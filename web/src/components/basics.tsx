/** Basic components. */
import type { ComponentChildren, JSX } from 'preact';
import type { PresenceStatus } from '../api/operations';
import { cut } from '../characters';
import { Icon } from './icons';
import type { IconName } from './icons';

const AVATAR_COLORS = 8;

const STATUS_LABELS: Record<PresenceStatus, string> = {
  ONLINE: 'online',
  AWAY: 'away',
  BUSY: 'busy',
  OFFLINE: 'offline',
};

export function statusLabel(status: PresenceStatus): string {
  return STATUS_LABELS[status];
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
    <span class={`avatar avatar-${avatarColor(id)}`} aria-hidden="true">
      {initials(name)}
      {status !== undefined && <span class={`presence presence-${status.toLowerCase()}`} />}
    </span>
  );
}

export function EmptyState({ title, children }: { readonly title: string; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Loading({ label }: { readonly label: string }): JSX.Element {
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {label} …
    </p>
  );
}

export function ErrorMessage({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <p class="error-message" role="alert">
      {children}
    </p>
  );
}

function avatarColor(id: string): number {
  let sum = 0;
  for (const character of id) {
    sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  }
  return sum % AVATAR_COLORS;
}

function initials(name: string): string {
  const words = name.split(/[\s,&]+/).filter((word) => word !== '');
  const [first = '?', second = ''] = words;
  return (cut(first, 1) + cut(second, 1)).toUpperCase();
}
