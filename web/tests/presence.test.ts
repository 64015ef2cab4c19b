import { describe, expect, it } from 'vitest';
import { effectiveStatus } from '../src/state/presence';
import type { Presence } from '../src/state/types';

const NOW = Date.parse('2030-01-01T00:10:00.000Z');

function seen(secondsAgo: number): Presence {
  const lastSeenAt = new Date(NOW - secondsAgo * 1_000).toISOString();
  return { userId: 'bob', status: 'AWAY', lastSeenAt } as Presence;
}

describe('effectiveStatus', () => {
  it('is the last status for two minutes after a heartbeat', () => {
    expect(effectiveStatus(seen(0), NOW)).toBe('AWAY');
    expect(effectiveStatus(seen(120), NOW)).toBe('AWAY');
    expect(effectiveStatus(seen(120.001), NOW)).toBe('OFFLINE');
  });

  it('is offline without a heartbeat', () => {
    expect(effectiveStatus(undefined, NOW)).toBe('OFFLINE');
    expect(effectiveStatus({ ...seen(0), lastSeenAt: null }, NOW)).toBe('OFFLINE');
  });
});
