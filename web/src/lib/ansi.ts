/** How a piece of terminal output looks: colours are `c0` to `c15` or `rgb(...)`. */
export interface Style {
  fg?: string;
  bg?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
  strike?: boolean;
}
/** A stretch of text in one style. */
export interface Span {
  text: string;
  style: Style;
}

// CSI sequences, OSC strings, other two-byte escapes, and lone control characters except the tab.
// eslint-disable-next-line no-control-regex
const escapes = /\x1b\[([0-9;:]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f]/g;
const plainStyle: Style = {};

function indexed(number: number): string {
  if (number < 16) return 'c' + number;
  if (number >= 232) {
    const grey = 8 + (number - 232) * 10;
    return `rgb(${grey},${grey},${grey})`;
  }
  const cube = number - 16;
  const level = [0, 95, 135, 175, 215, 255];
  return `rgb(${level[Math.floor(cube / 36)]},${level[Math.floor(cube / 6) % 6]},${level[cube % 6]})`;
}

const byte = (value: number | undefined): number => Math.min(255, Math.max(0, value ?? 0));

/** The style after one SGR sequence with these parameters (ECMA-48 section 8.3.117). */
export function graphics(before: Style, parameters: string): Style {
  const numbers = parameters === '' ? [0] : parameters.split(/[;:]/).map(Number);
  let style: Style = { ...before };
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    if (number === 0) style = {};
    else if (number === 1) style.bold = true;
    else if (number === 2) style.dim = true;
    else if (number === 3) style.italic = true;
    else if (number === 4) style.underline = true;
    else if (number === 7) style.inverse = true;
    else if (number === 9) style.strike = true;
    else if (number === 22) {
      delete style.bold;
      delete style.dim;
    } else if (number === 23) delete style.italic;
    else if (number === 24) delete style.underline;
    else if (number === 27) delete style.inverse;
    else if (number === 29) delete style.strike;
    else if (number === 39) delete style.fg;
    else if (number === 49) delete style.bg;
    else if (number >= 30 && number <= 37) style.fg = 'c' + (number - 30);
    else if (number >= 90 && number <= 97) style.fg = 'c' + (number - 82);
    else if (number >= 40 && number <= 47) style.bg = 'c' + (number - 40);
    else if (number >= 100 && number <= 107) style.bg = 'c' + (number - 92);
    else if (number === 38 || number === 48) {
      const key = number === 38 ? 'fg' : 'bg';
      if (numbers[at + 1] === 5) {
        style[key] = indexed(byte(numbers[at + 2]));
        at += 2;
      } else if (numbers[at + 1] === 2) {
        style[key] = `rgb(${byte(numbers[at + 2])},${byte(numbers[at + 3])},${byte(numbers[at + 4])})`;
        at += 4;
      }
    }
  }
  return style;
}

/** The spans of one line that begins in style `start`, and the style at its end. Never makes HTML. */
export function parseLine(line: string, start: Style = plainStyle): { spans: Span[]; end: Style } {
  let style = start;
  let last = 0;
  const spans: Span[] = [];
  const add = (text: string) => {
    if (text !== '') spans.push({ text, style });
  };
  for (const found of line.matchAll(escapes)) {
    const at = found.index ?? 0;
    add(line.slice(last, at));
    if (found[2] === 'm') style = graphics(style, found[1] ?? '');
    last = at + (found[0] ?? '').length;
  }
  add(line.slice(last));
  return { spans, end: style };
}

/** The style at the end of a line. */
export function endStyle(line: string, start: Style): Style {
  return line.includes('\x1b') ? parseLine(line, start).end : start;
}

/** The line without escapes and control characters, as it is read and searched. */
export function plainText(line: string): string {
  return line.replace(escapes, '');
}

/** Whether a style says nothing. */
export function isPlain(style: Style): boolean {
  for (const _ in style) return false;
  return true;
}
