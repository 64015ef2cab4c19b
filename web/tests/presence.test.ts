import { describe, expect, it } from 'vitest';
import { presentStatus } from '../src/state/presence';
import type { Presence } from '../src/state/types';

const NOW = Date.parse('2030-01-01T00:10:00.000Z');

function seen(secondsAgo: number): Presence {
  const lastSeenAt = new Date(NOW - secondsAgo * 1_000).toISOString();
  return { userId: 'bob', status: 'AWAY', lastSeenAt } as Presence;
}

describe('who is present', () => {
  it('is who was heard of in the last two minutes, in the status told then', () => {
    expect(presentStatus(seen(0), NOW)).toBe('AWAY');
    expect(presentStatus(seen(120), NOW)).toBe('AWAY');
    expect(presentStatus(seen(120.001), NOW)).toBe('OFFLINE');
  });

  it('is nobody who was never heard of', () => {
    expect(presentStatus(undefined, NOW)).toBe('OFFLINE');
    expect(presentStatus({ ...seen(0), lastSeenAt: null }, NOW)).toBe('OFFLINE');
  });
});
