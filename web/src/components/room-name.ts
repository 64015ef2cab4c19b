/** Display names of rooms. */
import type { Me, Room } from '../state/types';

/** Returns the other user's name for a direct room, whose stored name contains both names. */
export function roomName(room: Room, me: Me): string {
  if (room.visibility !== 'DIRECT') {
    return room.name;
  }
  const others = room.name.split(', ').filter((name) => name !== me.displayName);
  return others.join(', ') || room.name;
}
