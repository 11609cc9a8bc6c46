export { EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
export {
  Decoration,
  EditorView,
  GutterMarker,
  drawSelection,
  gutterLineClass,
  keymap,
  lineNumbers,
} from "@codemirror/view";
export { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
export { HighlightStyle, bracketMatching, indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { closeBrackets } from "@codemirror/autocomplete";
export { pythonLanguage } from "@codemirror/lang-python";
export { setDiagnostics } from "@codemirror/lint";
export { tags } from "@lezer/highlight";
