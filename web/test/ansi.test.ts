import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endStyle, isPlain, parseLine, plainText } from '../src/lib/ansi';

const texts = (line: string) => parseLine(line).spans.map((span) => span.text);

test('a line without escapes is one plain span', () => {
  assert.deepEqual(parseLine('hello').spans, [{ text: 'hello', style: {} }]);
});

test('colours and weights begin and end where the sequences say', () => {
  const { spans, end } = parseLine('a\x1b[1;31mb\x1b[22mc\x1b[0md');
  assert.deepEqual(spans, [
    { text: 'a', style: {} },
    { text: 'b', style: { bold: true, fg: 'c1' } },
    { text: 'c', style: { fg: 'c1' } },
    { text: 'd', style: {} },
  ]);
  assert.ok(isPlain(end));
});

test('bright, indexed and true colours are read', () => {
  assert.equal(parseLine('\x1b[91mx').spans[0]?.style.fg, 'c9');
  assert.equal(parseLine('\x1b[38;5;196mx').spans[0]?.style.fg, 'rgb(255,0,0)');
  assert.equal(parseLine('\x1b[48;5;244mx').spans[0]?.style.bg, 'rgb(128,128,128)');
  assert.equal(parseLine('\x1b[38;2;1;2;300mx').spans[0]?.style.fg, 'rgb(1,2,255)');
});

test('the style at the end of a line is where the next line begins', () => {
  const style = endStyle('\x1b[32mgreen', {});
  assert.equal(parseLine('still green', style).spans[0]?.style.fg, 'c2');
});

test('titles, links, cursor movements and control characters leave no trace', () => {
  assert.deepEqual(texts('\x1b]0;title\x07a\x1b[2Kb\x1b]8;;http://x\x1b\\c\x07\x1b(Bd'), ['a', 'b', 'c', 'd']);
  assert.equal(plainText('\x1b[1mred\x1b[0m\x00'), 'red');
});

test('markup stays text', () => {
  assert.deepEqual(texts('<script>alert(1)</script>'), ['<script>alert(1)</script>']);
});
