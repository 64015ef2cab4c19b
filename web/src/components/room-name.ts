/** The name of a room for one of its members. */
import type { Me, Room } from '../state/types';

/** A direct room is called after the other one; its own name has both names in it. */
export function roomName(room: Room, me: Me): string {
  if (room.visibility !== 'DIRECT') {
    return room.name;
  }
  const others = room.name.split(', ').filter((name) => name !== me.displayName);
  return others.join(', ') || room.name;
}
