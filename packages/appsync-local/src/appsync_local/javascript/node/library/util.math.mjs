/** `util.math`. */

const { floor, max, min, random, round } = Math;

export const math = {
  roundNum: (value) => round(value),
  minVal: (first, second) => min(first, second),
  maxVal: (first, second) => max(first, second),
  randomDouble: () => random(),
  /** From `start` up to, and without, `end`. */
  randomWithinRange: (start, end) => start + floor(random() * (end - start)),
};
