/**
 * The shapes that travel between server and page, as docs/protocol.md fixes them. Types only.
 *
 * @typedef {number | "nan" | "inf" | "-inf"} Num A JSON number, or one of the three words that JSON lacks.
 * @typedef {Num | PointValue[]} PointValue A scalar, or nested lists for vectors and matrices.
 * @typedef {Record<string, PointValue>} Point
 * @typedef {{line: number, column: number, end_line: number, end_column: number}} Span
 * @typedef {[number, number, number, number]} SpanColumns The same four numbers as a list.
 * @typedef {{kind: string, message: string, span: Span | null, hint: string | null}} Problem
 * @typedef {Problem & {node: number | null}} Warning
 * @typedef {"forward" | "reverse" | "forward-over-reverse"} Mode The last is of second order.
 *
 * @typedef {{
 *   source: string, point: Point, mode: Mode, seed?: Point, weights?: Num[], shared: boolean
 * }} Question
 *
 * @typedef {{name: string, shape: number[], value: PointValue}} Input
 * @typedef {{
 *   form: "expression" | "body" | "def", inputs: Input[], outputs: string[], normalized: string, rewritten: boolean,
 *   latex: string, warnings: Warning[]
 * }} Program
 *
 * @typedef {{
 *   parent: number | null, kind: "program" | "loop" | "call", label: string, turn: number | null,
 *   span: SpanColumns | null
 * }} Context
 * @typedef {{node: number, taken: boolean, span: SpanColumns | null, text: string}} Decision
 * @typedef {[op: string, constant: Num | null, count: number, text?: string, latex?: string]} Kind `text` is how a
 *   constant is written, or the name of a user's function, whose operation is "custom".
 * @typedef {[pieces: string[], letters: number[]]} Phrase
 * @typedef {{text: Phrase, list: Phrase, latex: Phrase, partials: (Phrase | null)[]}} Look
 * @typedef {{
 *   kinds: Kind[], kind: number[], args: number[], names: ({plain: string, text: string, latex: string} | null)[],
 *   name: number[], turn: number[], number: number[], unnumbered: number[], looks: Look[], look: number[],
 *   called: Record<string, string[]>, spans: (SpanColumns | null)[], span: number[], tests: number[],
 *   kept_until: number[], context: number[],
 *   contexts: {parent: number[], turn: number[], place: number[], places: [Context["kind"], string, Span4][]},
 *   inputs: number[], outputs: number[], decisions: {node: number, taken: boolean, span: Span4}[]
 * }} GraphColumns A graph as it travels.
 * @typedef {SpanColumns | null} Span4
 * @typedef {{
 *   op: string[], args: number[][], constant: (Num | null)[], name: (string | null)[], span: (SpanColumns | null)[],
 *   context: number[], test: boolean[], kept_until: (number | null)[], contexts: Context[], inputs: number[],
 *   outputs: number[], decisions: Decision[], labels: import("./labels.js").Labels
 * }} Graph A graph as the page works with it.
 *
 * @typedef {{
 *   phase: number[], kind: number[], node: number[], value: (Num | null)[], source: number[], arg: number[],
 *   partial: (Num | null)[]
 * }} Events Columns, one entry an event.
 *
 * @typedef {{
 *   operations: {primal: number, derivative: number, total: number}, multiple: number,
 *   tape: {values: number, bytes: number}, passes: number
 * }} Cost
 * @typedef {{value: Num[], jacobian: Num[][], cost?: Cost, warnings: Warning[]}} Result The cost comes later.
 *
 * @typedef {{
 *   type: "graph", graph: GraphColumns, inputs: Input[], outputs: string[], latex: string, mode: Mode,
 *   steps: number
 * }} GraphLine
 * @typedef {{type: "events", from: number} & Events} EventsLine
 * @typedef {{type: "result"} & Result} ResultLine
 * @typedef {{type: "error", error: Problem}} ErrorLine
 * @typedef {{type: "counts", operations: number[], cost: Cost}} CountsLine
 * @typedef {GraphLine | EventsLine | ResultLine | CountsLine | ErrorLine} TraceLine
 *
 * @typedef {{
 *   step: number, phase: string, kind: string, node: number | null, source: number | null, title: string,
 *   sentence: string, letters: string, names: string, numbers: string, rule: string, primitive: string
 * }} Explanation
 *
 * @typedef {{
 *   way: string, label: string, value: Num[] | null, jacobian: Num[][] | null, digits: number[][] | null,
 *   operations: number | null, note: string, formulas: string[][] | null, step: number | null, error: Problem | null,
 *   against: string
 * }} Way
 *
 * @typedef {{
 *   id: string, title: string, idea: string, sentence: string, source: string, point: Point, mode: Mode,
 *   seed: Point | null, weights: Num[] | null
 * }} Example
 * @typedef {number | string | boolean | Record<string, number>} OptionValue
 * @typedef {{
 *   name: string, label: string, kind: "whole" | "number" | "choice" | "switch" | "input" | "output" | "vector",
 *   default: OptionValue, low: number, high: number, choices: string[], fill: number, asked: boolean, shown: boolean
 * }} Option
 * @typedef {{
 *   name: string, title: string, idea: string, seen: string, source: string, point: Point, options: Option[],
 *   starts: {title: string, source: string, point: Point, options: Record<string, OptionValue>}[]
 * }} Lab
 * @typedef {{title: string, columns: string[], rows: (Num | string | null)[][]}} Table
 * @typedef {{summary: string, tables?: Table[]} & Record<string, any>} LabAnswer What else there is, each lab knows.
 * @typedef {{right: boolean, words: string, answer: string, unread?: boolean}} Reply
 *   To an answer in a lesson; `unread` where it could not be judged.
 * @typedef {{name: string, questions: number, replies: Map<number, Reply>}} LessonState
 * @typedef {{lab: Lab, options: Record<string, OptionValue>, answer: LabAnswer | null}} LabState
 *
 * @typedef {{source: string, point: Point, kind: string, seed: number, level: number}} ExerciseSpec
 *   The five parts that an exercise is made from; `level` is 1, 2 or 3.
 * @typedef {"number" | "choice" | "order" | "formula"} BlankForm
 * @typedef {{
 *   id: string, form: BlankForm, words: string, latex: string, choices: string[], node: number | null,
 *   edge: [number, number] | null, span: SpanColumns | null
 * }} Blank `edge`: an operation and the place of one of its arguments.
 * @typedef {{
 *   id: string, words: string, latex: string, value: Num, node: number | null, edge: [number, number] | null
 * }} Given A cell that is filled in already.
 * @typedef {{
 *   kind: string, source: string, at: Point, seed: number, level: number, ask: string, latex: string,
 *   cells: string[], lines: string[], values: (Num | null)[], given: Given[], blanks: Blank[]
 * }} Exercise `cells`: the ids of what is given and of what is blank, in the order of the calculation; `values`: of all
 *   nodes, null where a value is asked for.
 * @typedef {"right" | "named" | "tied" | "unknown" | "unreadable"} VerdictKind
 * @typedef {{
 *   kind: VerdictKind, sentence: string, findings: {name: string, sentence: string}[], step: string,
 *   node: number | null, edge: [number, number] | null, names: string[], value?: Num | null
 * }} Verdict `step`: the id of a smaller step to try; `value`: the number asked for, once the answer is right.
 * @typedef {{words: string, at: Point, choices?: string[]}} Apart A second question, which tells the mistakes of a tie
 *   apart: the same at another point, or, where no number tells, which of `choices` it was.
 * @typedef {{
 *   blank: string, answer: string, verdict: string, names: string[], hints: number, revealed: boolean, at: string,
 *   settled?: string
 * }} Attempt `hints`: how many had been seen; `revealed`: the answer was asked for; `settled`: the one mistake of a tie
 *   that a second question left. Answers that could not be read are no attempts.
 * @typedef {{
 *   spec: ExerciseSpec, exercise: Exercise, answers: Record<string, string>, verdicts: Record<string, Verdict>,
 *   hints: Record<string, string[]>, revealed: string[], question: ({blank: string} & Apart) | null,
 *   attempts: Attempt[], current: string, finished: boolean, sentences?: Record<string, string>
 * }} ExerciseState An exercise as far as it is done; plain data, so that it can be kept as JSON. `sentences`: of the
 *   mistakes that were named, by name.
 *
 * @typedef {ExerciseSpec & {attempts: number | null}} Task `attempts` at each blank; null for as many as one likes.
 * @typedef {{wengert: string, version: number, title: string, words: string, exercises: Task[]}} Assignment
 * @typedef {{title: string, ask: string, blanks: number}} TaskWords What a task asks: its kind, a sentence, how many blanks.
 * @typedef {{assignment: Assignment, digest: string, exercises: TaskWords[]}} CheckedAssignment
 * @typedef {CheckedAssignment & {
 *   letters: string, learner: string, current: number, work: (ExerciseState | null)[], kept: boolean
 * }} AssignmentState An assignment that is being done; `kept`: the browser keeps the work.
 * @typedef {{
 *   title: string, words: string, tasks: Task[], asked: TaskWords[], letters: string, said: string,
 *   editing: number, attempts: number | null
 * }} AssigningState An assignment that is being made. `letters` are its link, empty where it has none; `said` what is
 *   wrong with it; `editing` is the place of the task that is being changed, -1 for none; `attempts` of the next task.
 * @typedef {{words: string, latex: string, value: string, form: string, choices: string[], answer: string}} PaperCell
 *   `value`: the number that is given, empty where it is asked for; `answer`: what the key says.
 * @typedef {{
 *   title: string, ask: string, source: string, point: string, latex: string, lines: string[],
 *   rows: {symbol: string, operation: string, value: string}[], cells: PaperCell[]
 * }} Paper An exercise as it is printed.
 * @typedef {{
 *   examples: Example[], labs: Lab[], phases: string[], kinds: string[]
 * }} Catalog The part of the catalog the page reads.
 *
 * @typedef {{
 *   type: "moved", id: number, value: (Num | null)[], partial: (Num | null)[], result: Result,
 *   explanation: Explanation | null, warnings: Warning[]
 * }} MovedMessage
 * @typedef {{type: "opened", id: number} | {type: "stale", id: number} | MovedMessage
 *   | {type: "error", id: number, error: Problem}} LiveMessage
 */

export {};
