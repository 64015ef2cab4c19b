/** The members of the room with their presence and the available moderation actions. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { roles } from '../../../contract/names.json';
import {
  BanMember,
  MuteMember,
  OpenDirectRoom,
  RemoveMember,
  SetMemberRole,
  UnmuteMember,
} from '../api/operations';
import type { MembershipRole } from '../api/operations';
import type { Chat } from '../state/chat';
import { now } from '../state/clock';
import { goToRoom } from '../state/navigation';
import { attempt, showNotice } from '../state/notices';
import type { OpenRoom } from '../state/open-room';
import { dialog } from '../state/panels';
import { effectiveStatus } from '../state/presence';
import type { Membership } from '../state/types';
import { Avatar, statusLabel } from './basics';
import { useChat, useRoom } from './context';
import { Icon } from './icons';
import { Menu } from './menu';
import type { MenuItem } from './menu';
import { Panel } from './panel';

const HOUR_SECONDS = 3_600;
/** In ascending order. */
const ROLES = roles as readonly MembershipRole[];
const ROLE_LABELS: Record<MembershipRole, string> = { OWNER: 'owner', MODERATOR: 'moderator', MEMBER: 'member' };

export function MembersPanel(): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  useEffect(() => void attempt(() => room.loadMembers()), [room]);
  const members = [...room.members.value.values()].sort(
    (a, b) => ROLES.indexOf(b.role) - ROLES.indexOf(a.role) || a.displayName.localeCompare(b.displayName),
  );
  const { visibility } = room.room.value;
  const canInvite = visibility === 'PUBLIC' || (visibility === 'PRIVATE' && room.isModerator.value);
  return (
    <Panel title="Members">
      <div class="panel-body">
        {canInvite && (
          <button type="button" class="button wide" onClick={() => (dialog.value = { kind: 'invite' })}>
            <Icon name="add" /> Invite people
          </button>
        )}
        <ul class="people">
          {members.map((member) => (
            <MemberItem key={member.userId} member={member} items={menuItems(chat, room, member)} />
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function MemberItem({ member, items }: { readonly member: Membership; readonly items: readonly MenuItem[] }): JSX.Element {
  const chat = useChat();
  const room = useRoom();
  const status = effectiveStatus(room.presence.value.get(member.userId), now.value);
  const isMuted = isInFuture(member.mutedUntil);
  return (
    <li class="person">
      <Avatar id={member.userId} name={member.displayName} status={status} />
      <span class="person-text">
        <span class="person-name">
          {member.displayName}
          {member.userId === chat.me.id && <span class="hint"> (you)</span>}
        </span>
        <span class="hint">
          {statusLabel(status)}
          {member.role !== 'MEMBER' && `, ${ROLE_LABELS[member.role]}`}
          {isMuted && ', muted'}
        </span>
      </span>
      {items.length > 0 && <Menu label={`Actions for ${member.displayName}`} items={items} />}
    </li>
  );
}

function menuItems(chat: Chat, room: OpenRoom, member: Membership): MenuItem[] {
  const isMe = member.userId === chat.me.id;
  const isDirect = room.room.value.visibility === 'DIRECT';
  if (isMe || isDirect) {
    return [];
  }
  const items: MenuItem[] = [{ label: 'Message', icon: 'thread', onSelect: () => void attempt(() => openDirectMessage(chat, member.userId)) }];
  if (room.isOwner.value) {
    items.push(...roleItems(chat, room, member));
  }
  if (canModerate(room, member)) {
    items.push(...moderationItems(chat, room, member));
  }
  return items;
}

/** Members can be moderated only by users with a higher role. */
function canModerate(room: OpenRoom, member: Membership): boolean {
  const mine = room.isGlobalModerator ? ROLES.length : ROLES.indexOf(room.membership.value?.role ?? 'MEMBER');
  return mine > ROLES.indexOf(member.role);
}

async function openDirectMessage(chat: Chat, userId: string): Promise<void> {
  const { id } = await chat.api.request(OpenDirectRoom, { userId });
  await chat.rooms.refresh();
  goToRoom(id);
}

function roleItems(chat: Chat, room: OpenRoom, { userId, displayName, role }: Membership): MenuItem[] {
  const setRole = async (newRole: MembershipRole): Promise<void> => {
    room.updateMember(await chat.api.request(SetMemberRole, { chatRoomId: room.id, userId, role: newRole }));
    showNotice(`${displayName} is now ${newRole === 'OWNER' ? 'an' : 'a'} ${ROLE_LABELS[newRole]}.`);
  };
  return [...ROLES]
    .reverse()
    .filter((newRole) => newRole !== role)
    .map((newRole) => ({ label: `Make ${ROLE_LABELS[newRole]}`, icon: 'shield', onSelect: () => void attempt(() => setRole(newRole)) }));
}

function moderationItems(chat: Chat, room: OpenRoom, { userId, displayName, mutedUntil }: Membership): MenuItem[] {
  const person = { chatRoomId: room.id, userId };
  const askReason = (title: string, explanation: string, label: string, action: (reason: string) => Promise<Membership>): void => {
    dialog.value = {
      kind: 'reason',
      title,
      explanation,
      action: label,
      isRequired: true,
      onSubmit: async (reason) => room.updateMember(await action(reason)),
    };
  };
  const mute = (reason: string): Promise<Membership> =>
    chat.api.request(MuteMember, { ...person, seconds: HOUR_SECONDS, reason });
  const muteItem: MenuItem = isInFuture(mutedUntil)
    ? {
        label: 'Unmute',
        icon: 'check',
        onSelect: () => void attempt(async () => room.updateMember(await chat.api.request(UnmuteMember, person))),
      }
    : {
        label: 'Mute for 1 hour',
        icon: 'flag',
        onSelect: () => askReason(`Mute ${displayName} for 1 hour`, 'They can read messages, but not send any.', 'Mute', mute),
      };
  return [
    muteItem,
    {
      label: 'Remove from room',
      icon: 'leave',
      isDangerous: true,
      onSelect: () =>
        askReason(`Remove ${displayName}`, 'They lose access immediately. If the room is public, they can join again.', 'Remove', (reason) =>
          chat.api.request(RemoveMember, { ...person, reason }),
        ),
    },
    {
      label: 'Ban',
      icon: 'close',
      isDangerous: true,
      onSelect: () =>
        askReason(`Ban ${displayName}`, 'They lose access immediately, and cannot join again until they are unbanned.', 'Ban', (reason) =>
          chat.api.request(BanMember, { ...person, reason }),
        ),
    },
  ];
}

function isInFuture(time: string | null): boolean {
  return time !== null && Date.parse(time) > now.value;
}
