/** What an exercise, an assignment and a result may hold, as the server says; a test compares the numbers. */

export const LARGEST_SEED = 2_147_483_647;
export const LOWEST_LEVEL = 1;
export const HIGHEST_LEVEL = 3;
/** Characters. */
export const LONGEST_TITLE = 120;
export const LONGEST_WORDS = 4_000;
export const LONGEST_NAME = 80;
export const MOST_EXERCISES = 30;
export const MOST_ATTEMPTS = 99;
/** Bytes of an assignment. */
export const LONGEST_FILE = 60_000;
/** Bytes from which on a link is deflated. */
export const LONG_LINK = 300;
