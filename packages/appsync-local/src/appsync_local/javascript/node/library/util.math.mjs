/** `util.math`. */

const { floor, max, min, random, round } = Math;

export const math = {
  roundNum: (value) => round(value),
  minVal: (first, second) => min(first, second),
  maxVal: (first, second) => max(first, second),
  randomDouble: () => random(),
  /** Return a number from `start` (inclusive) to `end` (exclusive). */
  randomWithinRange: (start, end) => start + floor(random() * (end - start)),
};
