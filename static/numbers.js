// Reads the numbers of a pasted vector: a list, a column, a NumPy print, JSON, a LaTeX bmatrix, a spreadsheet's row or column.
// A decimal comma is read only where ; spaces, tabs or lines part the entries, as in the REST contract.

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const WRAPPING = [
  /\\(begin|end)\s*\{[a-z]*matrix\*?\}/gi,
  /\\(left|right)\b/g,
  /\b(?:np\.|numpy\.)?(?:array|asarray|Matrix|matrix)\b/g,
  /,?\s*dtype\s*=\s*[\w.]+/g,
  /^\s*"?[A-Za-z_σ′'()]+"?\s*[:=]/,
  /[[\](){}$]/g,
];

/** The numbers in `text` as they will stand in the boxes, or null where something in it is no number. */
export function readNumbers(text) {
  let plain = text.replaceAll("−", "-").replaceAll("\u00a0", " ");
  for (const wrapping of WRAPPING) plain = plain.replace(wrapping, " ");
  plain = plain.replace(/\\\\|&|;|\t|\r?\n/g, " ; ").trim();
  plain = plain.replace(/,(\s)/g, " ;$1").replace(/,$/, "").replace(/^[;\s]+|[;\s]+$/g, "");
  const partedOtherwise = /[;\s]/.test(plain);
  const pieces = partedOtherwise ? plain.split(/[;\s]+/).map((piece) => piece.replace(/^([+-]?\d*),(\d+)$/, "$1.$2")) : plain.split(",");
  const numbers = pieces.map((piece) => piece.trim()).filter((piece) => piece !== "");
  return numbers.length > 0 && numbers.every((piece) => NUMBER.test(piece)) ? numbers : null;
}
