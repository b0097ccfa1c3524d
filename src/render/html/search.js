"use strict";

// Lower case without accents, as people type.
const isPlain = (text) => /^[\x00-\x7f]*$/.test(text);
const folded = (text) => (isPlain(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "")).toLowerCase();

// The text that a search looks in: that of the element, and its codes without dots.
const sought = (element) => {
  const text = folded(element.textContent);
  const dotted = text.match(/\w+\.\w+/g);
  return dotted ? text + "\n" + dotted.join(" ").replaceAll(".", "") : text;
};
