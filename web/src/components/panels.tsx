/** The open side panel, if any. */
import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { panel } from '../state/panels';
import { RoomContext } from './context';
import { MembersPanel } from './members-panel';
import { ModerationPanel } from './moderation-panel';
import { NotificationsPanel } from './notifications-panel';
import { SettingsPanel } from './settings-panel';
import { ThreadPanel } from './thread-panel';

export function Panels(): JSX.Element | null {
  const open = panel.value;
  const hasRoom = useContext(RoomContext) !== undefined;
  if (open?.kind === 'notifications') {
    return <NotificationsPanel />;
  }
  if (open === undefined || !hasRoom) {
    return null;
  }
  switch (open.kind) {
    case 'thread':
      return <ThreadPanel key={open.rootId} rootId={open.rootId} />;
    case 'members':
      return <MembersPanel />;
    case 'settings':
      return <SettingsPanel />;
    case 'moderation':
      return <ModerationPanel />;
  }
}
