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
import { attempt, tell } from '../state/notices';
import type { OpenRoom } from '../state/open-room';
import { dialog } from '../state/panels';
import { presentStatus } from '../state/presence';
import type { Membership } from '../state/types';
import { Avatar, statusInWords } from './basics';
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
  useEffect(() => void attempt(() => room.readPeople()), [room]);
  const members = [...room.members.value.values()].sort(
    (one, other) => ROLES.indexOf(other.role) - ROLES.indexOf(one.role) || one.displayName.localeCompare(other.displayName),
  );
  const { visibility } = room.room.value;
  const mayInvite = visibility === 'PUBLIC' || (visibility === 'PRIVATE' && room.isModerator.value);
  return (
    <Panel title="Members">
      <div class="panel-body">
        {mayInvite && (
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
  const status = presentStatus(room.presence.value.get(member.userId), now.value);
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
          {statusInWords(status)}
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
  const items: MenuItem[] = [{ label: 'Message', icon: 'thread', act: () => void attempt(() => writeTo(chat, member.userId)) }];
  if (room.isOwner.value) {
    items.push(...roleItems(chat, room, member));
  }
  if (mayModerate(room, member)) {
    items.push(...moderationItems(chat, room, member));
  }
  return items;
}

/** Members can be moderated only by users with a higher role. */
function mayModerate(room: OpenRoom, member: Membership): boolean {
  const mine = room.isOfStaff ? ROLES.length : ROLES.indexOf(room.membership.value?.role ?? 'MEMBER');
  return mine > ROLES.indexOf(member.role);
}

async function writeTo(chat: Chat, userId: string): Promise<void> {
  const { id } = await chat.api.ask(OpenDirectRoom, { userId });
  await chat.rooms.refresh();
  goToRoom(id);
}

function roleItems(chat: Chat, room: OpenRoom, { userId, displayName, role }: Membership): MenuItem[] {
  const set = async (wanted: MembershipRole): Promise<void> => {
    room.updateMember(await chat.api.ask(SetMemberRole, { chatRoomId: room.id, userId, role: wanted }));
    tell(`${displayName} is now ${wanted === 'OWNER' ? 'an' : 'a'} ${ROLE_LABELS[wanted]}.`);
  };
  return [...ROLES]
    .reverse()
    .filter((wanted) => wanted !== role)
    .map((wanted) => ({ label: `Make ${ROLE_LABELS[wanted]}`, icon: 'shield', act: () => void attempt(() => set(wanted)) }));
}

function moderationItems(chat: Chat, room: OpenRoom, { userId, displayName, mutedUntil }: Membership): MenuItem[] {
  const person = { chatRoomId: room.id, userId };
  const ask = (title: string, explanation: string, action: string, act: (reason: string) => Promise<Membership>): void => {
    dialog.value = {
      kind: 'reason',
      title,
      explanation,
      action,
      isRequired: true,
      act: async (reason) => room.updateMember(await act(reason)),
    };
  };
  const mute = (reason: string): Promise<Membership> =>
    chat.api.ask(MuteMember, { ...person, seconds: HOUR_SECONDS, reason });
  const muting: MenuItem = isInFuture(mutedUntil)
    ? {
        label: 'Unmute',
        icon: 'check',
        act: () => void attempt(async () => room.updateMember(await chat.api.ask(UnmuteMember, person))),
      }
    : {
        label: 'Mute for 1 hour',
        icon: 'flag',
        act: () => ask(`Mute ${displayName} for 1 hour`, 'They can read messages, but not send any.', 'Mute', mute),
      };
  return [
    muting,
    {
      label: 'Remove from room',
      icon: 'leave',
      isDangerous: true,
      act: () =>
        ask(`Remove ${displayName}`, 'They lose access immediately. If the room is public, they can join again.', 'Remove', (reason) =>
          chat.api.ask(RemoveMember, { ...person, reason }),
        ),
    },
    {
      label: 'Ban',
      icon: 'close',
      isDangerous: true,
      act: () =>
        ask(`Ban ${displayName}`, 'They lose access immediately, and cannot join again until they are unbanned.', 'Ban', (reason) =>
          chat.api.ask(BanMember, { ...person, reason }),
        ),
    },
  ];
}

function isInFuture(time: string | null): boolean {
  return time !== null && Date.parse(time) > now.value;
}
