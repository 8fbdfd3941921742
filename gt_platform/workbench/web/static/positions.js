// Positions in a text, counted in Unicode characters as the platform counts them, not in the halves JavaScript knows.
const HIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/u;

export const characters = (text) => [...text];

// One visible character for a hidden one, as controls.py has it; null for any other.
export function symbol(character) {
  if (!HIDDEN.test(character)) return null;
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  if (code === 0x200b) return "\u2423";
  return code >= 0xd800 && code < 0xe000 ? "\ufffd" : "\u2370";
}

// What is selected inside an element, as [start, end]; null if nothing is.
export function selected(element) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const start = characters(before.toString()).length;
  const end = start + characters(range.toString()).length;
  return end > start ? [start, end] : null;
}

export function select(element, [start, end]) {
  const range = document.createRange();
  range.setStart(...place(element, start));
  range.setEnd(...place(element, end));
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
}

function place(element, position) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = position;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const here = characters(node.data);
    if (left <= here.length) return [node, here.slice(0, left).join("").length];
    left -= here.length;
  }
  return [element, element.childNodes.length];
}

// Where words and what people take for one character start and end: [start, end, isWord].
export function pieces(text, granularity) {
  let at = 0;
  return [...new Intl.Segmenter(undefined, { granularity }).segment(text)].map(({ segment, isWordLike }) => {
    const start = at;
    at += characters(segment).length;
    return [start, at, isWordLike ?? true];
  });
}
