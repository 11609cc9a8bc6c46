/**
 * When a skill is to be looked at again: SM-2, of Wozniak, "Optimization of learning", master's thesis, University of
 * Technology in Poznań, 1990, section 3.2.
 *
 * Each skill has an easiness factor EF, 2.5 at first, and a count of successful repetitions in a row. A repetition is an
 * exercise that was done to its end when it was due; its grade q from 0 to 5 is here five times the part of blanks that
 * were right at the first attempt, rounded, where there the learner gives it. The n-th interval in days is
 *
 *     I(1) = 1, I(2) = 6, I(n) = I(n − 1)·EF, rounded up; then EF ← EF + 0.1 − (5 − q)·(0.08 + (5 − q)·0.02), at least 1.3;
 *
 * below 3 the count begins anew and EF stays; what was below 4 comes again on the same day until it is 4 or more. What
 * is done before it is due is practice and no repetition: it moves nothing, unless it goes wrong (below 3).
 *
 * Worked through: grade 5 four times gives 1, 6, 6·2.7 = 16.2, so 17, and 17·2.8 = 47.6, so 48 days.
 */

export const FIRST_INTERVAL = 1;
export const SECOND_INTERVAL = 6;
const BEST_GRADE = 5;
const PASSED = 3;
const GOOD_ENOUGH = 4;
const LOWEST_EASINESS = 1.3;

/**
 * @typedef {{repetitions: number, easiness: number, days: number, due: number | null, again: boolean}} Card
 *   `days` is the last interval; `due` the beginning of a day in milliseconds, null before the first repetition;
 *   `again` while it has to be repeated on the same day.
 */

/** @type {Card} */
export const NEW_CARD = Object.freeze({ repetitions: 0, easiness: 2.5, days: 0, due: null, again: false });

/**
 * @param {number} share of blanks right at the first attempt, 0 to 1
 * @returns {number} 0 to 5
 */
export function gradeOf(share) {
  return Math.round(BEST_GRADE * share);
}

/**
 * The beginning of the day, as the learner's clock has days, that is some days after a moment.
 * @param {number} at in milliseconds
 * @param {number} days
 * @returns {number}
 */
export function dayAfter(at, days) {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + days);
  return day.getTime();
}

/**
 * @param {Card} card
 * @param {number} now in milliseconds
 * @returns {boolean}
 */
export function isDue(card, now) {
  return card.again || (card.due !== null && card.due <= now);
}

/**
 * The card after an exercise.
 * @param {Card} card
 * @param {number} grade 0 to 5
 * @param {number} at in milliseconds
 * @returns {Card}
 */
export function repeat(card, grade, at) {
  const early = card.due !== null && at < card.due;
  if (early && card.again) return { ...card, again: grade < GOOD_ENOUGH };
  if (grade < PASSED) return { ...card, ...spaced(at, FIRST_INTERVAL), repetitions: 0, again: true };
  if (early) return card;
  const repetitions = card.repetitions + 1;
  const miss = BEST_GRADE - grade;
  const easiness = Math.max(LOWEST_EASINESS, card.easiness + 0.1 - miss * (0.08 + miss * 0.02));
  return { repetitions, easiness, ...spaced(at, intervalOf(repetitions, card)), again: grade < GOOD_ENOUGH };
}

/**
 * @param {number} repetitions which repetition in a row this is, from 1
 * @param {Card} before
 * @returns {number} days
 */
function intervalOf(repetitions, before) {
  if (repetitions === 1) return FIRST_INTERVAL;
  return repetitions === 2 ? SECOND_INTERVAL : Math.ceil(before.days * before.easiness);
}

/**
 * @param {number} at
 * @param {number} days
 * @returns {{days: number, due: number}}
 */
function spaced(at, days) {
  return { days, due: dayAfter(at, days) };
}
