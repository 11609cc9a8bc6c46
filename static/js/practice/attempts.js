/**
 * What an exercise in the making has to say about a skill: its attempts, as the record keeps them.
 *
 * @typedef {import("../protocol.js").ExerciseState} ExerciseState
 * @typedef {import("./record.js").Attempt} Attempt
 */

/** Answers that tell nothing of the skill: the next answer to the same blank counts as the first. */
const SAY_NOTHING = Object.freeze({ verdicts: ["unreadable"], names: ["rounding", "carried-over"] });

/**
 * @param {ExerciseState} state
 * @param {string} exercise when it was opened, and its seed
 * @returns {Attempt[]} the oldest first
 */
export function attemptsOf(state, exercise) {
  const counted = state.attempts.filter((each) => each.revealed || saysSomething(each));
  return counted.flatMap((attempt) => {
    const blank = state.exercise.blanks.find(({ id }) => id === attempt.blank);
    if (!blank) return [];
    const names = attempt.settled ? [attempt.settled] : [...attempt.names];
    const right = attempt.verdict === "right" && attempt.hints === 0 && !attempt.revealed;
    return {
      ...{ exercise, kind: state.spec.kind, level: state.spec.level, blanks: state.exercise.blanks.length },
      ...{ blank: blank.id, choices: blank.form === "choice" ? blank.choices.length : 0, right },
      ...{ names, sentence: sentenceOf(state, blank.id, names), at: attempt.at },
    };
  });
}

/**
 * @param {ExerciseState["attempts"][number]} attempt
 * @returns {boolean}
 */
function saysSomething({ verdict, names }) {
  const slipped = names.length > 0 && names.every((name) => SAY_NOTHING.names.includes(name));
  return !slipped && !SAY_NOTHING.verdicts.includes(verdict);
}

/**
 * The mistake in words, where the answer that made it is still the last one.
 * @param {ExerciseState} state
 * @param {string} blank
 * @param {string[]} names
 * @returns {string}
 */
function sentenceOf({ verdicts }, blank, names) {
  const { findings = [] } = verdicts[blank] ?? {};
  return findings.find(({ name }) => name === names[0])?.sentence ?? "";
}
