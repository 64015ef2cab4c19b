import { describe, expect, it } from 'vitest';
import { Heights } from '../src/components/heights';

describe('heights', () => {
  it('estimates rows that were not measured, and finds the row at a distance', () => {
    const heights = new Heights(50);
    heights.setKeys(['a', 'b', 'c']);
    expect(heights.total).toBe(150);

    expect(heights.measure([['b', 100]])).toBe(true);
    expect(heights.measure([['b', 100]])).toBe(false);

    expect(heights.total).toBe(200);
    expect([0, 49, 50, 149, 150, 500].map((distance) => heights.indexAt(distance))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(heights.offset(2)).toBe(150);
  });

  it('keeps measured heights when rows are added before', () => {
    const heights = new Heights(50);
    heights.setKeys(['b']);
    heights.measure([['b', 80]]);

    heights.setKeys(['a', 'b']);

    expect(heights.offset(heights.indexOf('b'))).toBe(50);
    expect(heights.total).toBe(130);
  });

  it('has a total of 0 without rows', () => {
    const heights = new Heights(50);
    heights.setKeys([]);
    expect([heights.total, heights.indexAt(10), heights.offset(0)]).toEqual([0, 0, 0]);
  });
});
