/**
 * The colours of the wall, a ramp of its own for each theme: slate, not black, at night; paper by day. Whatever has a
 * meaning keeps 3:1 to what it lies on. Red and amber are kept for what is wrong.
 *
 * @typedef {"dark" | "light"} Theme
 */

/** What `MEANING` lies on, by theme. */
export const GROUNDS = ["ground", "water", "paper"];
/** What carries a meaning: debt by how long it is overdue, alarms by grade, crews, lines and words of the map, charts. */
export const MEANING = [
  "soon", "late", "old", "never", "urgent", "major", "general", "crew", "label", "waterlabel", "edge", "road", "community", "street",
  "ink", "ink-soft", "chart", "main",
];

/** @type {Record<Theme, Record<string, string>>} */
export const PALETTE = {
  dark: {
    ground: "#1c252b", water: "#23404f", paper: "#243038", sunk: "#1c252b", line: "#3d4c55", swatch: "#2c3a43",
    soon: "#e9b23a", late: "#ff9350", old: "#ff7468", never: "#f58ad6", urgent: "#ff7468", major: "#f2ad3f", general: "#9cc3dd",
    crew: "#5fd0c5", label: "#e6edf0", waterlabel: "#b4dcef", edge: "#6d93a6", road: "#8d9a9f", community: "#91a0a8", street: "#c3ced3",
    ink: "#eef3f5", "ink-soft": "#b3c0c7", chart: "#8fc7e8", main: "#8fc7e8", "main-soft": "#2c4250", "on-main": "#10202a",
    chosen: "#ffffff", warn: "#f2ad3f", "warn-soft": "#3d3322", bad: "#ff7468", focus: "#7db8ff",
  },
  light: {
    ground: "#f1efe9", water: "#c9dbe4", paper: "#ffffff", sunk: "#f4f6f7", line: "#c6ced3", swatch: "#e6e8e5",
    soon: "#8f5e00", late: "#a84210", old: "#a11212", never: "#8a0f72", urgent: "#a5182b", major: "#8a4b00", general: "#2f5f83",
    crew: "#0b6a66", label: "#2b2a26", waterlabel: "#1f4d66", edge: "#47708a", road: "#7d7666", community: "#6f6759", street: "#4c463b",
    ink: "#1b2831", "ink-soft": "#4c5a63", chart: "#1f5a73", main: "#1f5a73", "main-soft": "#e3eef2", "on-main": "#ffffff",
    chosen: "#10243a", warn: "#8a4b00", "warn-soft": "#fff1d6", bad: "#a5182b", focus: "#0b63ce",
  },
};

/** The theme asked for; the one of the computer where none is. @param {string} asked @returns {Theme} */
export const themeOf = (asked) => (
  asked === "dark" || asked === "light" ? asked : matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");

/** Colour the page. @param {Theme} theme */
export function paint(theme) {
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.style.setProperty("color-scheme", theme);
  for (const [name, colour] of Object.entries(PALETTE[theme])) root.style.setProperty(`--${name}`, colour);
}
