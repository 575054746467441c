// Reads a pasted vector or matrix: JSON, a NumPy print, a LaTeX bmatrix, [1 2; 3 4], spreadsheet cells, a list, a column.
// A decimal comma is read only where ; spaces, tabs or lines part the entries, as in the REST contract.

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const WRAPPING = [
  /\\(begin|end)\s*\{[a-z]*matrix\*?\}/gi,
  /\\(left|right)\b/g,
  /\b(?:np\.|numpy\.)?(?:array|asarray|Matrix|matrix)\b/g,
  /,?\s*dtype\s*=\s*[\w.]+/g,
  /^\s*"?[A-Za-z_σ′'()]+"?\s*[:=]/,
  /[$'"]/g,
];

/** Whether `text` is one number, for one box, rather than several. */
export function isOneNumber(text) {
  return NUMBER.test(text.trim().replace("−", "-").replace(",", "."));
}

/**
 * The ways in which `text` can be read, likeliest first: each a list of rows, each row a list of numbers as they will stand in
 * the boxes. Empty where something in it is no number.
 */
export function readArrays(text) {
  let plain = text.replaceAll("−", "-").replace(/[\u00a0\u2009\u202f]/g, " ").replaceAll("\r", "");
  for (const wrapping of WRAPPING) plain = plain.replace(wrapping, " ");
  plain = plain.replace(/[({]/g, "[").replace(/[)}]/g, "]").trim();
  const nested = /\[\s*\[/.test(plain);
  const rows = nested ? innermost(plain) : lines(plain.replace(/[[\]]/g, " ").trim());
  if (!rows) return [];
  const whole = rows.join("\n");
  const ways = nested ? [pointed, commaed] : /[\s;&]/.test(whole) ? [commaed, pointed] : [pointed];
  const found = ways.map((way) => rows.map((row) => cells(row, way))).filter(isArray);
  return found.filter((array, k) => k === 0 || shapeOf(array) !== shapeOf(found[0]));
}

/** Rows and columns as text, such as "3 × 4". */
export function shapeOf(array) {
  return `${array.length} × ${array[0].length}`;
}

function isArray(rows) {
  return rows.length > 0 && rows[0].length > 0 && rows.every((row) => row.length === rows[0].length && row.every((cell) => NUMBER.test(cell)));
}

// [[…], […]]: what stands in the inner brackets; null where anything else stands between them.
function innermost(plain) {
  const rest = plain.replace(/\[[^[\]]*\]/g, " ").replace(/[[\],;\s]/g, "");
  return rest ? null : [...plain.matchAll(/\[([^[\]]*)\]/g)].map((row) => row[1].replaceAll("\n", " "));
}

// Without inner brackets: rows end at \\, else at lines, else at ;. A long vector that NumPy has wrapped stays what it is: its
// numbers are the same, and a vector takes them in any arrangement.
function lines(plain) {
  if (plain.includes("\\\\")) return parted(plain.replaceAll("\n", " "), "\\\\");
  const written = parted(plain, "\n").map((line) => line.replace(/[;,]\s*$/, ""));
  return written.length > 1 ? written : parted(plain, ";");
}

function parted(text, mark) {
  return text.split(mark).map((piece) => piece.trim()).filter((piece) => piece !== "");
}

function cells(row, way) {
  return way(row.replace(/[&;\t]/g, " ").replace(/,\s+/g, " ").replace(/,$/, "").trim());
}

function commaed(row) {
  return row.split(/\s+/).map((cell) => cell.replace(/^([+-]?\d*),(\d+)$/, "$1.$2"));
}

function pointed(row) {
  return row.split(/[\s,]+/);
}
